import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Tells the test files of one run where their common Postgres is, and starts it when the first of them asks. */
export interface PostgresBroker {
  /** Ends the server if one was started. */
  close(): Promise<void>
}

/** What the broker needs of the server that it starts. */
export interface RunServer {
  readonly connectionString: string
  stop(): Promise<void>
}

/** Opens the broker of this run; processes that are started from here on find it by their environment. */
export async function openBroker(start: () => Promise<RunServer>): Promise<PostgresBroker> {
  let started: Promise<RunServer> | undefined
  const broker = createServer((_request, response) => {
    started ??= start()
    started.then(
      (server) => response.end(server.connectionString),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  await once(broker, 'listening')
  process.env[brokerVariable] = `http://127.0.0.1:${(broker.address() as AddressInfo).port}`
  return {
    close: async () => {
      delete process.env[brokerVariable]
      broker.close()
      broker.closeAllConnections()
      await (await started?.catch(() => undefined))?.stop()
    },
  }
}

/** Where the Postgres of this run is, for its superuser. */
export async function runPostgres(): Promise<string> {
  const { EBRA_POSTGRES_URL: own, [brokerVariable]: broker } = process.env
  if (own) return own
  if (!broker) throw new Error("No Postgres for tests: add globalSetup: '@ebra/testkit/postgres/setup' to the configuration of vitest.")
  const response = await fetch(broker)
  const answer = await response.text()
  if (!response.ok) throw new Error(`No Postgres for tests: ${answer}`)
  return answer
}

const brokerVariable = 'EBRA_POSTGRES_BROKER'
