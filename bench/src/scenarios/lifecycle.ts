import { enqueueBatches } from '../processes/tasks.ts'
import type { Figures, Run, Scenario } from '../scenario.ts'
import { lifecycleColumns, lifecycleFigures, workOff } from '../work.ts'

/** What Ebra is for, as fast as it goes: nothing but the queue's own work, by 1, 2 and 4 processes that share it. */
export const lifecycle: Scenario = {
  name: 'lifecycle',
  title: 'Lifecycles, shared by 1, 2 and 4 processes',
  about:
    'A lifecycle is claim, place (a provider that answers at once), provider id stored, settled by webhook. All calls were enqueued before. ' +
    'Transactions, WAL and processor time are per call and include what the processes do to start and stop. Shares are the parts of all calls that each process did, the busiest first.',
  figures: [
    ...lifecycleColumns,
    { name: 'rss', title: 'RSS MB' },
    ...[1, 2, 3, 4].map((rank) => ({ name: `share${rank}`, title: `share ${rank}`, digits: 2 })),
  ],
  references: ['pg-boss-fetch', 'raw-postgres-tick', 'raw-sqlite'],
  cases: (size) =>
    (size === 'full' ? [1, 2, 4] : [1, 2]).map((processes) => ({
      name: processes === 1 ? '1 process' : `${processes} processes`,
      measure: (run) => shareWork(run, processes, size === 'full' ? 20_000 : 300),
    })),
}

async function shareWork(run: Run, processes: number, calls: number): Promise<Figures> {
  await run.fill((process) => process.perform(enqueueBatches, { count: calls }))
  return lifecycleFigures(await workOff(run, { processes, calls }))
}
