import { setTimeout as pause } from 'node:timers/promises'
import { latencyFigures, spacingMs, waitsBetween } from '../latency.ts'
import type { ProcessContext } from '../processes/task.ts'
import { enqueueBatches } from '../processes/tasks.ts'
import type { TestProcess } from '../processes/test-process.ts'
import type { Figures, Run, Scenario } from '../scenario.ts'
import { cap } from '../system.ts'
import { workOff } from '../work.ts'

/** How long a slot stays empty. */
export const turnaround: Scenario = {
  name: 'turnaround',
  title: 'Turnaround: from the webhook that frees a slot to the next dial',
  about:
    'All slots are taken and calls wait. Every 20 to 60 ms one call ends: from the moment in which handleWebhook is called to the moment in which place is, for the call that takes the slot. ' +
    'The webhook comes to the process that dials, or to another that only takes webhooks. Target for p50 in the name of the case.',
  figures: [
    { name: 'p50', title: 'p50 ms', digits: 1 },
    { name: 'p99', title: 'p99 ms', digits: 1 },
    { name: 'longest', title: 'longest ms', digits: 1 },
  ],
  references: [],
  takes: ({ name }) => name.startsWith('ebra'),
  cases: (size) => {
    const ends = size === 'full' ? 300 : 20
    return [
      { name: 'to the process that dials (≤ 5)', measure: (run) => measureTurnaround(run, ends, false) },
      { name: 'to another process (≤ 15, SQLite 30)', measure: (run) => measureTurnaround(run, ends, true) },
    ]
  },
  tasks: [endOneByOne],
}

async function measureTurnaround(run: Run, ends: number, webhooksElsewhere: boolean): Promise<Figures> {
  await run.fill((process) => process.perform(enqueueBatches, { count: cap + ends }))
  const { reports, received } = await workOff(run, {
    processes: 1,
    calls: cap + ends,
    callMs: Number.POSITIVE_INFINITY,
    webhooksElsewhere,
    during: async ([process]: readonly TestProcess[]) => process?.perform(endOneByOne, { count: ends }),
  })
  const [log] = reports.map((report) => report.log)
  const webhooks = webhooksElsewhere ? received : (log?.ended ?? [])
  return latencyFigures(waitsBetween(webhooks.slice(0, ends), log?.placed.slice(cap) ?? []))
}

/** Once every slot is taken, ends so many calls at intervals, and then all that are left. */
async function endOneByOne({ platform }: ProcessContext, { count }: { readonly count: number }): Promise<void> {
  while (platform.liveCount < cap) await pause(5)
  for (let index = 0; index < count; index++) {
    await pause(spacingMs(index))
    // A call can end once the answer to its dial is on record.
    while (!platform.endOldest()) await pause(1)
  }
  platform.callMs = 0
  while (platform.endOldest());
}
