import { CallOrchestrator, type JsonObject, SimulatedProvider } from '@ebra/core'
import { PostgresStore, type PostgresTransaction } from '@ebra/store-postgres'
import { type Generated, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'

/** The host's tables, as its own Kysely knows them. Ebra's live in a schema of their own. */
interface Tables {
  orders: { id: Generated<number>; phone: string }
}

/** Orders and calls in one Postgres, over one pool. The store uses the pool, and leaves it open. */
export async function runOnPostgres(connectionString: string): Promise<void> {
  const pool = new pg.Pool({ connectionString })
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await pool.query('create table if not exists orders (id integer generated always as identity primary key, phone text not null)')
  const orchestrator = new CallOrchestrator({ store: new PostgresStore({ pool }), provider: new SimulatedProvider(), concurrency: 5 })

  const placeOrder = (phone: string, isPaid: boolean) =>
    database.transaction().execute(async (transaction) => {
      const { id } = await transaction.insertInto('orders').values({ phone }).returning('id').executeTakeFirstOrThrow()
      const { call } = await orchestrator.enqueue({ to: phone, scriptId: 'confirm-order', metadata: { orderId: id } }, { transaction })
      if (!isPaid) throw new Error('The card was declined.')
      return call.id
    })

  const callId = await placeOrder('+12025550142', true)
  console.log(`The order is there, and so is its call: ${(await orchestrator.get(callId))?.status}.`)
  await placeOrder('+12025550143', false).catch(async (error: Error) => {
    const { total } = await orchestrator.list({ to: '+12025550143' })
    console.log(`${error.message} Of that order ${total} calls are left.`)
  })
  const withoutKysely = await placeOrderOnClient(pool, orchestrator)
  console.log(`Without Kysely it is the same: ${(await orchestrator.get(withoutKysely))?.status}.`)
  await orchestrator.stop()
  await database.destroy()
}

/** Anything with `query(text, values)` that is within a transaction does: here pg's own client. */
async function placeOrderOnClient(pool: pg.Pool, orchestrator: CallOrchestrator<JsonObject, PostgresTransaction>): Promise<string> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('insert into orders (phone) values ($1)', ['+12025550144'])
    const { call } = await orchestrator.enqueue({ to: '+12025550144', scriptId: 'confirm-order' }, { transaction: client })
    await client.query('commit')
    return call.id
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
