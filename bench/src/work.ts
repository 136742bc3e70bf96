import { setTimeout as pause } from 'node:timers/promises'
import { mostLive } from './platform.ts'
import { progress, startWork, stopWork, type WorkReport } from './processes/tasks.ts'
import type { TestProcess } from './processes/test-process.ts'
import { CheckFailed, check, type Run } from './scenario.ts'
import { type ServerUsage, usageBetween } from './servers/server.ts'
import { cap } from './system.ts'

/** What a fleet did with the calls that it found. */
export interface FleetReport {
  /** One for each process. */
  readonly reports: readonly WorkReport[]
  readonly usage: ServerUsage
  /** From the first dial to the last end on record. */
  readonly seconds: number
}

/** How a fleet is set to work: `callMs` is how long calls last, 0 by default. */
export interface FleetOptions {
  readonly processes: number
  /** Calls that were enqueued: when so many are settled the fleet is stopped. */
  readonly calls: number
  readonly callMs?: number
}

/** A fleet that settles nothing for so long has lost calls. */
const stalledMs = 30_000

/** Lets so many processes work off all calls together. Throws a CheckFailed unless each was placed once, all are completed, and never more than the cap were live. */
export async function workOff(run: Run, { processes, calls, callMs = 0 }: FleetOptions): Promise<FleetReport> {
  const before = await run.usage()
  const fleet = await Promise.all(Array.from({ length: processes }, () => run.startProcess()))
  await Promise.all(fleet.map((process, index) => process.perform(startWork, { share: { processes, index }, callMs })))
  await settled(fleet, calls)
  const reports = await Promise.all(fleet.map((process) => process.perform(stopWork, undefined)))
  await Promise.all(fleet.map((process) => process.end()))
  const usage = usageBetween(before, await run.usage())
  await checkCalls(run, reports, calls)
  return { reports, usage, seconds: secondsOf(reports) }
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

async function checkCalls(run: Run, reports: readonly WorkReport[], calls: number): Promise<void> {
  const placed = reports.reduce((sum, { log }) => sum + log.placed.length, 0)
  check(placed === calls, `${placed} dials were made for ${calls} calls.`)
  const live = mostLive(reports.map(({ log }) => log))
  check(live <= cap, `${live} calls were live at once; the cap is ${cap}.`)
  const process = await run.startProcess()
  const { completed, unfinished } = await process.perform(progress, undefined)
  await process.end()
  check(unfinished === 0, `${unfinished} of ${calls} calls are not completed.`)
  check(completed === null || completed === calls, `${completed} calls are completed, not ${calls}.`)
}

function secondsOf(reports: readonly WorkReport[]): number {
  const worked = reports.filter(({ log }) => log.settled.length > 0)
  const first = Math.min(...worked.map(({ log }) => log.placed[0] ?? Number.POSITIVE_INFINITY))
  const last = Math.max(...worked.map(({ log }) => log.settled.at(-1) ?? 0))
  return (last - first) / 1_000
}
