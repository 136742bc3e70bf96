import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '@ebra/core'

/** A port that is taken already, whoever answers its requests. */
export interface HttpServer {
  readonly port: number
  /** Answers from now on; requests that came earlier have waited. */
  serve(app: RequestListener): void
  /** Takes no connections any more. Resolves when the last request is answered, or after `graceMs`. */
  finish(graceMs: number): Promise<void>
  /** Breaks off what is left. */
  close(): void
}

/**
 * Listens. The address must be known before the orchestrator is: providers are told it. Rejects where the port is taken.
 *
 * Without a host it listens on every address of the machine.
 */
export async function listen(port: number, host: string | undefined, logger: Logger): Promise<HttpServer> {
  const app = Promise.withResolvers<RequestListener>()
  // A platform sends its webhooks over connections that it keeps. One that were closed the moment it is used again would lose a webhook that may never be sent again.
  const server = createServer({ keepAliveTimeout: 75_000 }, async (request, response) => (await app.promise)(request, response))
  try {
    await once(server.listen(port, host), 'listening')
  } catch (error) {
    throw new Error(complaintOf(error, port), { cause: error })
  }
  // One connection that cannot be accepted, for want of file descriptors, must not end the others.
  server.on('error', (error) => logger.error({ err: error }, 'A connection could not be accepted.'))
  return {
    port: (server.address() as AddressInfo).port,
    serve: app.resolve,
    finish: (graceMs) => finish(server, graceMs),
    close: () => server.closeAllConnections(),
  }
}

function complaintOf(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const advice = 'Set PORT to another one, or to 0 for any that is free.'
  if (code === 'EADDRINUSE') return `port ${port} is in use. ${advice}`
  if (code === 'EACCES') return `port ${port} may not be used by this user. ${advice}`
  return `port ${port} cannot be listened on: ${error}`
}

async function finish(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close', { signal: AbortSignal.timeout(graceMs) })
  server.close()
  // A connection whose last request is answered would be kept open for the next one, which may not come any more.
  const sweep = setInterval(() => server.closeIdleConnections(), 5)
  await closed.catch(() => undefined)
  clearInterval(sweep)
}
