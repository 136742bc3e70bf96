import type { PlatformLog } from '../platform.ts'
import { type Amounts, callInput, callInputs, type Progress, type Share, type Worker } from '../system.ts'
import type { AnyTask, ProcessContext } from './task.ts'
import { receivedWebhooks, receiveWebhooks, sendWebhooks } from './webhook-tasks.ts'

/** Rows of one `enqueueMany`. */
const batchSize = 5_000

/** Makes the tables. */
export async function install({ client }: ProcessContext): Promise<void> {
  await client.install()
}

/** Enqueues so many calls, in batches. */
export async function enqueueBatches({ client }: ProcessContext, { count }: { readonly count: number }): Promise<void> {
  for (let first = 0; first < count; first += batchSize) await client.enqueueMany(callInputs(first, Math.min(batchSize, count - first)))
}

/** Enqueues so many calls one by one, with so many requests under way at once. */
export async function enqueueSingly(
  { client }: ProcessContext,
  { count, atOnce }: { readonly count: number; readonly atOnce: number },
): Promise<void> {
  let next = 0
  const enqueueNext = async () => {
    while (next < count) await client.enqueue(callInput(next++))
  }
  await Promise.all(Array.from({ length: atOnce }, enqueueNext))
}

/** Writes rows as if they had come long ago. */
export async function seed({ client }: ProcessContext, amounts: Amounts): Promise<void> {
  if (client.seed === undefined) throw new Error('This system has no seeding.')
  await client.seed(amounts)
}

/** What became of the calls. */
export function progress({ client }: ProcessContext): Promise<Progress> {
  return client.progress()
}

/** What a process did between `startWork` and `stopWork`. */
export interface WorkReport {
  readonly log: PlatformLog
  /** In all of its threads. */
  readonly cpuMs: number
  readonly rssBytes: number
}

/** Begins to place calls, which last `callMs`. */
export async function startWork(
  { client, platform }: ProcessContext,
  { share, callMs }: { readonly share: Share; readonly callMs: number },
): Promise<void> {
  platform.callMs = callMs
  cpuBefore = process.cpuUsage()
  worker = await client.work(share)
}

/** Places no more, and tells what was done. */
export async function stopWork({ platform }: ProcessContext): Promise<WorkReport> {
  const { user, system } = process.cpuUsage(cpuBefore)
  const rssBytes = process.memoryUsage.rss()
  await worker?.stop()
  return { log: platform.log, cpuMs: (user + system) / 1_000, rssBytes }
}

let worker: Worker | null = null
let cpuBefore = process.cpuUsage()

/** What every process can do. */
export const commonTasks: readonly AnyTask[] = [
  install,
  enqueueBatches,
  enqueueSingly,
  seed,
  progress,
  startWork,
  stopWork,
  receiveWebhooks,
  receivedWebhooks,
  sendWebhooks,
]
