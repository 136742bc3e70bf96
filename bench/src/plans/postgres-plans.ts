import { Client } from 'pg'
import { seedEbraPostgres } from '../seeding/ebra-postgres.ts'
import { startPostgresServer } from '../servers/postgres.ts'
import type { Database } from '../servers/server.ts'
import { cap } from '../system.ts'
import type { Executed } from './executed.ts'
import { ExplainedStore } from './explained-store.ts'
import { numbers, operationsOn } from './operations.ts'
import { planPage } from './plan-page.ts'

/** The page of how Postgres goes about each operation over so many pending calls and as many finished ones, by plans that were made before and after they came. */
export async function postgresPage(count: number): Promise<string> {
  const server = await startPostgresServer()
  try {
    const database = await server.createDatabase()
    const early = await explainEarly(database, count)
    const late = await explainLate(database)
    const rows = count.toLocaleString('en').replaceAll(',', ' ')
    const operations = late.map(({ title, executed }, index) => ({ title, early: early[index]?.executed ?? [], late: executed }))
    return planPage(operations, `${rows} pending and ${rows} finished calls`)
  } finally {
    await server.stop()
  }
}

async function explainEarly({ address }: Database, count: number): Promise<readonly ExplainedOperation[]> {
  const session = new ExplainedStore(address)
  await session.open()
  await session.store.writeControl({ configured: cap })
  await explainAll(session)
  await forgetEverything(address)
  await seedEbraPostgres(address, { pending: count, finished: count, numbers })
  const explained = await explainAll(session)
  await session.close()
  return explained
}

async function explainLate(database: Database): Promise<readonly ExplainedOperation[]> {
  await database.tidy()
  const session = new ExplainedStore(database.address)
  await session.open()
  const explained = await explainAll(session)
  await session.close()
  return explained
}

interface ExplainedOperation {
  readonly title: string
  readonly executed: readonly Executed[]
}

async function explainAll(session: ExplainedStore): Promise<readonly ExplainedOperation[]> {
  const explained: ExplainedOperation[] = []
  for (const { title, prepare, run } of operationsOn(session.store)) {
    await prepare?.()
    explained.push({ title, executed: await session.explain(run) })
  }
  return explained
}

/** The rows, but not the plans: to truncate a table is to have it planned anew. */
async function forgetEverything(address: string): Promise<void> {
  const client = new Client({ connectionString: address })
  await client.connect()
  for (const table of ['calls', 'attempts', 'provider_ids', 'seen_events', 'parked_events', 'moves']) {
    await client.query(`delete from ebra.${table}`)
  }
  await client.end()
}
