import type { ProcessContext } from '../processes/task.ts'
import { enqueueBatches, enqueueSingly, progress } from '../processes/tasks.ts'
import { check, type Figures, type Run, type Scenario } from '../scenario.ts'
import { usageBetween } from '../servers/server.ts'

/** How fast calls come in: by requests of single calls, and as whole lists. */
export const enqueue: Scenario = {
  name: 'enqueue',
  title: 'Enqueue: one by one, and in bulk',
  about:
    'One process enqueues into an empty queue, and nobody works. Each request is answered when its calls are durable; a bulk is given in lists of 5 000. ' +
    'Transactions, WAL and processor time are per call.',
  figures: [
    { name: 'rate', title: 'calls/s' },
    { name: 'transactions', title: 'tx each', digits: 4 },
    { name: 'walBytes', title: 'WAL B each' },
    { name: 'processCpu', title: 'process µs' },
    { name: 'serverCpu', title: 'server µs' },
  ],
  references: ['raw-postgres-tick', 'raw-sqlite'],
  // The second way to work differs in nothing that is measured here.
  takes: ({ name }) => !['raw-postgres-statements', 'pg-boss-work', 'graphile-local-queue'].includes(name),
  cases: (size) => {
    const scale = size === 'full' ? 1 : 0.01
    return [
      { name: 'one at a time', measure: (run) => measureEnqueue(run, { count: 5_000 * scale, atOnce: 1 }) },
      { name: '32 at a time', measure: (run) => measureEnqueue(run, { count: 20_000 * scale, atOnce: 32 }) },
      { name: 'bulk', measure: (run) => measureEnqueue(run, { count: 100_000 * scale, atOnce: null }) },
    ]
  },
  tasks: [timeEnqueue],
}

/** `atOnce` null: in bulk. */
interface Amount {
  readonly count: number
  readonly atOnce: number | null
}

async function measureEnqueue(run: Run, amount: Amount): Promise<Figures> {
  await run.fill(async () => undefined)
  const before = await run.usage()
  const process = await run.startProcess()
  const { seconds, cpuMs } = await process.perform(timeEnqueue, amount)
  await process.end()
  const usage = usageBetween(before, await run.usage())
  await checkPending(run, amount.count)
  const each = (total: number | null) => (total === null ? null : total / amount.count)
  return {
    rate: amount.count / seconds,
    transactions: each(usage.transactions),
    walBytes: each(usage.walBytes),
    processCpu: each(cpuMs * 1_000),
    serverCpu: each(usage.cpuMs === null ? null : usage.cpuMs * 1_000),
  }
}

async function timeEnqueue(
  context: ProcessContext,
  { count, atOnce }: Amount,
): Promise<{ readonly seconds: number; readonly cpuMs: number }> {
  const startMs = performance.now()
  const cpu = process.cpuUsage()
  await (atOnce === null ? enqueueBatches(context, { count }) : enqueueSingly(context, { count, atOnce }))
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - startMs) / 1_000, cpuMs: (user + system) / 1_000 }
}

async function checkPending(run: Run, count: number): Promise<void> {
  const process = await run.startProcess()
  const { unfinished } = await process.perform(progress, undefined)
  await process.end()
  check(unfinished === count, `${unfinished} calls are pending, not ${count}.`)
}
