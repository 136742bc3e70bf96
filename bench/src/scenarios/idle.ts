import { setTimeout as pause } from 'node:timers/promises'
import type { ProcessContext } from '../processes/task.ts'
import type { Figures, Run, Scenario } from '../scenario.ts'
import type { ServerUsage } from '../servers/server.ts'
import { workOff } from '../work.ts'

const processes = 3

/** What a fleet costs that has nothing to do. */
export const idle: Scenario = {
  name: 'idle',
  title: 'Idle: three processes that have nothing to do',
  about:
    'Started, and no call anywhere. Transactions of the database and processor time, for each process and second, without what starting and stopping takes: that is measured by a fleet that stops at once, ' +
    'and subtracted. Target in brackets.',
  figures: [
    { name: 'processCpu', title: 'process ms/s', digits: 2 },
    { name: 'transactions', title: 'tx/s (≤ 2)', digits: 2 },
    { name: 'walBytes', title: 'WAL B/s' },
    { name: 'serverCpu', title: 'server ms/s', digits: 2 },
  ],
  references: [],
  takes: ({ name }) => ['ebra-postgres', 'pg-boss-work', 'pg-boss-notify', 'graphile-defaults', 'ebra-sqlite'].includes(name),
  cases: (size) => [
    {
      name: 'nothing to do',
      measure: (run) => measureIdle(run, size === 'full' ? { settlingMs: 1_000, idleMs: 20_000 } : { settlingMs: 100, idleMs: 300 }),
    },
  ],
  tasks: [rest],
}

interface Spans {
  /** What starting brings along is over by then. */
  readonly settlingMs: number
  readonly idleMs: number
}

async function measureIdle(run: Run, spans: Spans): Promise<Figures> {
  await run.fill(async () => undefined)
  const { idleMs } = spans
  const before = await restTogether(run, { ...spans, idleMs: 0 })
  const after = await restTogether(run, spans)
  const each = (total: (usage: ServerUsage) => number | null) => {
    const [less, more] = [total(before.usage), total(after.usage)]
    return less === null || more === null ? null : (more - less) / processes / (idleMs / 1_000)
  }
  return {
    processCpu: after.cpuMs / processes / (idleMs / 1_000),
    transactions: each(({ transactions }) => transactions),
    walBytes: each(({ walBytes }) => walBytes),
    serverCpu: each(({ cpuMs }) => cpuMs),
  }
}

async function restTogether(run: Run, { settlingMs, idleMs }: Spans): Promise<{ readonly usage: ServerUsage; readonly cpuMs: number }> {
  let cpuMs = 0
  const { usage } = await workOff(run, {
    processes,
    calls: 0,
    during: async (fleet) => {
      await pause(settlingMs)
      const spent = await Promise.all(fleet.map((process) => process.perform(rest, { idleMs })))
      cpuMs = spent.reduce((sum, each) => sum + each, 0)
    },
  })
  return { usage, cpuMs }
}

/** Waits, and answers the processor time that the process took meanwhile, in milliseconds. */
async function rest(_context: ProcessContext, { idleMs }: { readonly idleMs: number }): Promise<number> {
  const before = process.cpuUsage()
  await pause(idleMs)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
