import { setTimeout as pause } from 'node:timers/promises'
import { latencyFigures, percentile, spacingMs, waitsBetween } from '../latency.ts'
import { monotonicMs } from '../platform.ts'
import type { ProcessContext } from '../processes/task.ts'
import type { Figures, Run, Scenario } from '../scenario.ts'
import { callInput } from '../system.ts'
import { workOff } from '../work.ts'

/** How soon an idle fleet hears of a call. */
export const pickup: Scenario = {
  name: 'pickup',
  title: 'Pickup: from an enqueue to the dial by an idle process',
  about:
    'One process enqueues a call every 20 to 60 ms; another, which has nothing else to do, dials it. From the moment in which enqueue is called, its own commit included, to the moment in which place is: ' +
    'milliseconds. Targets in brackets.',
  figures: [
    { name: 'p50', title: 'p50 ms (≤ 5)', digits: 1 },
    { name: 'p99', title: 'p99 ms (≤ 20)', digits: 1 },
    { name: 'longest', title: 'longest ms', digits: 1 },
    { name: 'enqueue', title: 'of which enqueue p50', digits: 1 },
  ],
  references: [],
  takes: ({ name }) => ['ebra-postgres', 'pg-boss-work', 'pg-boss-notify', 'graphile-defaults', 'ebra-sqlite'].includes(name),
  cases: (size) => [{ name: 'an idle process', measure: (run) => measurePickup(run, size === 'full' ? 300 : 20) }],
  tasks: [enqueueSpaced],
}

/** What was enqueued before the process sleeps as an idle one does. */
const settlingMs = 500

async function measurePickup(run: Run, calls: number): Promise<Figures> {
  await run.fill(async () => undefined)
  let requests: Requests = { asked: [], answered: [] }
  const { reports } = await workOff(run, {
    processes: 1,
    calls,
    during: async () => {
      const host = await run.startProcess()
      await pause(settlingMs)
      requests = await host.perform(enqueueSpaced, { count: calls })
      await host.end()
    },
  })
  const placed = reports.flatMap(({ log }) => log.placed)
  const enqueueMs = waitsBetween(requests.asked, requests.answered)
  return { ...latencyFigures(waitsBetween(requests.asked, placed)), enqueue: percentile(enqueueMs, 0.5) }
}

/** When each enqueue was asked for, and answered. */
interface Requests {
  readonly asked: readonly number[]
  readonly answered: readonly number[]
}

async function enqueueSpaced({ client }: ProcessContext, { count }: { readonly count: number }): Promise<Requests> {
  const [asked, answered]: [number[], number[]] = [[], []]
  for (let index = 0; index < count; index++) {
    await pause(spacingMs(index))
    asked.push(monotonicMs())
    await client.enqueue(callInput(index))
    answered.push(monotonicMs())
  }
  return { asked, answered }
}
