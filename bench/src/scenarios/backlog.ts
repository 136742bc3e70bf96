import { seed } from '../processes/tasks.ts'
import type { Figures, Run, Scenario } from '../scenario.ts'
import type { Amounts } from '../system.ts'
import { lifecycleColumns, lifecycleFigures, workOff } from '../work.ts'

/** Does a long queue, or a long past, make the next call slower? */
export const backlog: Scenario = {
  name: 'backlog',
  title: 'Lifecycles with a long queue and a long past',
  about:
    'One process works off the first 10 000 of so many pending calls, then stops. Rows were written by one statement each (src/seeding), and the tables vacuumed and analysed, as they would have been. ' +
    '"÷ first case" is what is left of the rate with 10 000 pending.',
  figures: lifecycleColumns,
  references: ['pg-boss-fetch', 'raw-postgres-tick', 'raw-sqlite'],
  comparesCases: true,
  takes: ({ name }) => ['ebra-postgres', 'raw-postgres-tick', 'pg-boss-fetch', 'ebra-sqlite', 'raw-sqlite'].includes(name),
  cases: (size) => {
    const [few, many] = size === 'full' ? [10_000, 1_000_000] : [300, 3_000]
    const amounts = [
      { pending: few, finished: 0 },
      { pending: many, finished: 0 },
      { pending: many, finished: many },
    ]
    return amounts.map((each) => ({ name: nameOf(each), measure: (run) => workOn(run, each, few) }))
  },
}

function nameOf({ pending, finished }: Amounts): string {
  const past = finished > 0 ? `, ${finished} finished` : ''
  return `${pending} pending${past}`.replace(/\B(?=(\d{3})+\b)/g, ' ')
}

async function workOn(run: Run, amounts: Amounts, calls: number): Promise<Figures> {
  await run.fill((process) => process.perform(seed, amounts))
  return lifecycleFigures(await workOff(run, { processes: 1, calls, ...amounts }))
}
