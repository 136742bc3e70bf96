import { setTimeout as pause } from 'node:timers/promises'
import { mostLive, type PlatformLog } from './platform.ts'
import { progress, startWork, stopWork, type WorkReport } from './processes/tasks.ts'
import type { TestProcess } from './processes/test-process.ts'
import { receivedWebhooks, receiveWebhooks, sendWebhooks } from './processes/webhook-tasks.ts'
import { CheckFailed, check, type Figure, type Figures, type Run } from './scenario.ts'
import { type ServerUsage, usageBetween } from './servers/server.ts'
import { cap } from './system.ts'

/** What a fleet did with the calls that it found. */
export interface FleetReport {
  /** One for each process. */
  readonly reports: readonly WorkReport[]
  /** Calls, by all processes. */
  readonly settled: number
  readonly usage: ServerUsage
  /** From the first dial to the last end on record. */
  readonly seconds: number
  /** When webhooks arrived at the process that only takes webhooks, where there was one. */
  readonly received: readonly number[]
}

/** How a fleet is set to work, and what it finds. */
export interface FleetOptions {
  readonly processes: number
  /** When so many are settled the fleet is stopped. */
  readonly calls: number
  /** Calls that are pending at the beginning. Defaults to `calls`. */
  readonly pending?: number
  /** Calls that were finished before. Defaults to none. */
  readonly finished?: number
  /** How long a call lasts. Defaults to no time at all. */
  readonly callMs?: number
  /** True: the platform tells of ends to one more process, which dials nothing. Defaults to false: to the process that dialed. */
  readonly webhooksElsewhere?: boolean
  /** Given to the Node of each process that dials. Defaults to none. */
  readonly nodeOptions?: readonly string[]
  /** What happens while they work. The fleet is stopped when it is over, and enough calls are settled. */
  during?(fleet: readonly TestProcess[]): Promise<void>
}

/** A fleet that settles nothing for so long has lost calls. */
const stalledMs = 30_000

/**
 * Lets so many processes work together until enough calls are settled. Throws a CheckFailed unless every call that was placed was placed once and is completed, all others are
 * pending, and never more than the cap were live.
 */
export async function workOff(run: Run, options: FleetOptions): Promise<FleetReport> {
  const { processes, calls, callMs = 0, webhooksElsewhere = false, nodeOptions = [] } = options
  const before = await run.usage()
  const fleet = await Promise.all(Array.from({ length: processes }, () => run.startProcess(nodeOptions)))
  const intake = webhooksElsewhere ? await startIntake(run, fleet) : null
  await Promise.all(fleet.map((process, index) => process.perform(startWork, { share: { processes, index }, callMs })))
  await options.during?.(fleet)
  await settled(fleet, calls)
  const reports = await Promise.all(fleet.map((process) => process.perform(stopWork, undefined)))
  const received = (await intake?.perform(receivedWebhooks, undefined)) ?? []
  await Promise.all([...fleet, ...(intake === null ? [] : [intake])].map((process) => process.end()))
  const usage = usageBetween(before, await run.usage())
  await checkCalls(run, reports, options)
  return { reports, settled: countOf(reports, 'settled'), usage, seconds: secondsOf(reports), received }
}

/** The process that takes the webhooks of a fleet. */
async function startIntake(run: Run, fleet: readonly TestProcess[]): Promise<TestProcess> {
  const intake = await run.startProcess()
  const port = await intake.perform(receiveWebhooks, undefined)
  await Promise.all(fleet.map((process) => process.perform(sendWebhooks, { port })))
  return intake
}

/** Resolves when the processes have told of so many settled calls. Throws a CheckFailed when they stop telling. */
async function settled(fleet: readonly TestProcess[], calls: number): Promise<void> {
  let last = -1
  let sinceMs = performance.now()
  for (;;) {
    const now = fleet.reduce((sum, process) => sum + process.settled, 0)
    if (now >= calls) return
    if (now !== last) sinceMs = performance.now()
    if (performance.now() - sinceMs > stalledMs)
      throw new CheckFailed(`Only ${now} of ${calls} calls were settled, and then none for ${stalledMs / 1_000} s.`)
    last = now
    await pause(5)
  }
}

async function checkCalls(run: Run, reports: readonly WorkReport[], { calls, pending = calls, finished = 0 }: FleetOptions): Promise<void> {
  const [placed, ended] = [countOf(reports, 'placed'), countOf(reports, 'settled')]
  check(placed === ended, `${placed} dials were made, and ${ended} calls settled.`)
  const live = mostLive(reports.map(({ log }) => log))
  check(live <= cap, `${live} calls were live at once; the cap is ${cap}.`)
  const process = await run.startProcess()
  const { completed, unfinished } = await process.perform(progress, undefined)
  await process.end()
  check(
    unfinished === pending - ended,
    `${unfinished} calls are not completed, of ${pending} that were pending when ${ended} were settled.`,
  )
  check(completed === null || completed === finished + ended, `${completed} calls are completed, not ${finished + ended}.`)
}

function countOf(reports: readonly WorkReport[], times: keyof PlatformLog): number {
  return reports.reduce((sum, { log }) => sum + log[times].length, 0)
}

function secondsOf(reports: readonly WorkReport[]): number {
  const worked = reports.filter(({ log }) => log.settled.length > 0)
  const first = Math.min(...worked.map(({ log }) => log.placed[0] ?? Number.POSITIVE_INFINITY))
  const last = Math.max(...worked.map(({ log }) => log.settled.at(-1) ?? 0))
  return (last - first) / 1_000
}

/** The columns of {@link lifecycleFigures}. */
export const lifecycleColumns: readonly Figure[] = [
  { name: 'rate', title: 'calls/s' },
  { name: 'transactions', title: 'tx each', digits: 3 },
  { name: 'walBytes', title: 'WAL B each' },
  { name: 'processCpu', title: 'process µs' },
  { name: 'serverCpu', title: 'server µs' },
]

/** The figures of a fleet, per call that it settled. */
export function lifecycleFigures({ reports, settled, usage, seconds }: FleetReport): Figures {
  const each = (total: number | null) => (total === null ? null : total / settled)
  const micros = (ms: number | null) => (ms === null ? null : (ms * 1_000) / settled)
  return {
    rate: settled / seconds,
    transactions: each(usage.transactions),
    walBytes: each(usage.walBytes),
    processCpu: micros(reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0)),
    serverCpu: micros(usage.cpuMs),
    rss: Math.max(...reports.map(({ rssBytes }) => rssBytes)) / 1e6,
    ...sharesOf(reports, settled),
  }
}

/** The busiest process first; who works alone has no share. */
function sharesOf(reports: readonly WorkReport[], settled: number): Figures {
  if (reports.length === 1) return {}
  const shares = reports.map(({ log }) => log.settled.length / settled).toSorted((a, b) => b - a)
  return Object.fromEntries(shares.map((share, index) => [`share${index + 1}`, share]))
}
