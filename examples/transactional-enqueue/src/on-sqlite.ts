import { CallOrchestrator, SimulatedProvider } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import Database from 'better-sqlite3'

/** Orders and calls in one SQLite file, each over a connection of its own: Ebra's tables begin with `ebra_`. */
export async function runOnSqlite(file: string): Promise<void> {
  const database = new Database(file)
  database.exec('create table if not exists orders (id integer primary key, phone text not null)')
  const insertOrder = database.prepare('insert into orders (phone) values (?)')

  const orchestrator = new CallOrchestrator({ store: new SqliteStore({ file }), provider: new SimulatedProvider(), concurrency: 5 })
  // A transaction of better-sqlite3 cannot wait for anything, so that the tables have to be there before the first one.
  await orchestrator.ping()

  const placeOrder = database.transaction((phone: string, isPaid: boolean) => {
    const { lastInsertRowid } = insertOrder.run(phone)
    const { call } = orchestrator.enqueueSync(
      { to: phone, scriptId: 'confirm-order', metadata: { orderId: Number(lastInsertRowid) } },
      { transaction: database },
    )
    if (!isPaid) throw new Error('The card was declined.')
    return call.id
  })

  const callId = placeOrder('+12025550142', true)
  console.log(`The order is there, and so is its call: ${(await orchestrator.get(callId))?.status}.`)
  try {
    placeOrder('+12025550143', false)
  } catch (error) {
    const { total } = await orchestrator.list({ to: '+12025550143' })
    console.log(`${error instanceof Error ? error.message : error} Of that order ${total} calls are left.`)
  }
  await orchestrator.stop()
  database.close()
}
