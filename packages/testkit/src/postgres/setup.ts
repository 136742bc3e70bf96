import { openBroker } from './broker.ts'
import { startPostgres } from './server.ts'

/** Vitest's global setup: one Postgres for the whole run, started when a test first asks for a database, ended after the last test. */
export async function setup(): Promise<() => Promise<void>> {
  const broker = await openBroker(startPostgres)
  return () => broker.close()
}
