import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { ProcessContext } from '../processes/task.ts'
import { enqueueBatches } from '../processes/tasks.ts'
import type { TestProcess } from '../processes/test-process.ts'
import type { Figures, Run, Scenario } from '../scenario.ts'
import { workOff } from '../work.ts'

/** Looks at the memory of a process in the course of a run: after each tenth of its calls. */
const looks = 10

/** Whether a worker that runs for long grows. */
export const memory: Scenario = {
  name: 'memory',
  title: 'Memory of a worker along 200 000 calls',
  about:
    'One process works off all calls without a pause. Its resident memory (RSS) after the first 20 000 and by and by, as the system sees it; and at the end what its heap holds once everything that ' +
    'nobody refers to is collected, the times that the bench keeps of every call included (24 B each). V8 lets the heap grow with what the machine has before it collects; told of a bound, as in a small ' +
    'container, it collects sooner: what a worker needs, and what it takes where there is plenty. Target in brackets, and flat.',
  figures: [
    { name: 'early', title: 'RSS MB after 20 000 (≤ 120)' },
    { name: 'half', title: 'after 100 000' },
    { name: 'end', title: 'after 200 000' },
    { name: 'most', title: 'most' },
    { name: 'heap', title: 'heap MB, collected' },
  ],
  references: [],
  takes: ({ name }) => ['ebra-postgres', 'raw-postgres-tick', 'ebra-sqlite'].includes(name),
  cases: (size) => {
    const [calls, scale] = size === 'full' ? [200_000, ''] : [500, ', 500 calls for 200 000']
    return [
      { name: `heap as Node bounds it${scale}`, measure: (run) => measureMemory(run, calls, []) },
      { name: `heap of ${boundMB} MB${scale}`, measure: (run) => measureMemory(run, calls, bounded) },
    ]
  },
  tasks: [rssAfter, collectedHeap],
}

const boundMB = 64
const bounded = [`--max-old-space-size=${boundMB}`, '--max-semi-space-size=1']

async function measureMemory(run: Run, calls: number, nodeOptions: readonly string[]): Promise<Figures> {
  await run.fill((process) => process.perform(enqueueBatches, { count: calls }))
  const rss: number[] = []
  let heap: number | null = null
  await workOff(run, {
    processes: 1,
    calls,
    nodeOptions,
    during: async ([process]: readonly TestProcess[]) => {
      for (let look = 1; look <= looks; look++) rss.push((await process?.perform(rssAfter, { settled: (calls * look) / looks })) ?? 0)
      heap = (await process?.perform(collectedHeap, undefined)) ?? null
    },
  })
  return { early: rss[0] ?? null, half: rss[looks / 2 - 1] ?? null, end: rss.at(-1) ?? null, most: Math.max(...rss), heap }
}

/** Answers the resident memory in MB, once so many calls are settled. */
async function rssAfter({ platform }: ProcessContext, { settled }: { readonly settled: number }): Promise<number> {
  while (platform.settledCount < settled) await pause(5)
  return process.memoryUsage.rss() / 1e6
}

/** What the heap holds that something refers to, in MB. */
async function collectedHeap(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('This Node does not let itself be told to collect.')
  collect()
  return process.memoryUsage().heapUsed / 1e6
}
