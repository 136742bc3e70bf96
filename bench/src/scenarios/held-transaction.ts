import { enqueueBatches } from '../processes/tasks.ts'
import type { Figures, Run, Scenario } from '../scenario.ts'
import { bystander } from '../servers/server.ts'
import { lifecycleColumns, lifecycleFigures, workOff } from '../work.ts'

/** Somebody's report, backup or forgotten session: a transaction that stays open keeps every dead row in the way of whoever looks for live ones. */
export const heldTransaction: Scenario = {
  name: 'held-transaction',
  title: 'Lifecycles while a foreign transaction is held open',
  about:
    'Another session has a snapshot from before the run and keeps it, so nothing that died since can be cleared away. One process. "÷ first case" is what is left of the rate without it.',
  figures: lifecycleColumns,
  references: ['pg-boss-fetch', 'raw-postgres-tick'],
  comparesCases: true,
  takes: ({ server }) => server === 'postgres',
  cases: (size) => {
    const calls = size === 'full' ? 20_000 : 300
    return [
      { name: 'no other transaction', measure: (run) => workBeside(run, calls, false) },
      { name: 'a transaction held open', measure: (run) => workBeside(run, calls, true) },
    ]
  },
}

async function workBeside(run: Run, calls: number, isHeld: boolean): Promise<Figures> {
  await run.fill((process) => process.perform(enqueueBatches, { count: calls }))
  const report = isHeld ? await whileHeld(run, () => workOff(run, { processes: 1, calls })) : await workOff(run, { processes: 1, calls })
  return lifecycleFigures(report)
}

/** The snapshot holds up the database that its session is connected to. */
async function whileHeld<TResult>(run: Run, work: () => Promise<TResult>): Promise<TResult> {
  const { Client } = await import('pg')
  const session = new Client({ connectionString: run.database.address, application_name: bystander })
  await session.connect()
  try {
    await session.query('begin isolation level repeatable read')
    await session.query('select pg_current_snapshot()')
    return await work()
  } finally {
    await session.end()
  }
}
