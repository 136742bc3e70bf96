import { createHash, randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { threadId } from 'node:worker_threads'

/** A simulator's mark in the ids of its calls: they live in its memory, and end with it. */
export interface SimulatedOrigin {
  readonly mark: string
  /** From now on its calls are gone. */
  close(): void
}

/** Where the call of an id lives: in memory that no longer is, or somewhere out of sight. */
export type SimulatedWhereabouts = 'gone' | 'elsewhere'

/** The marks of this process that were not closed. */
const living = new Set<string>()

/** A mark that names host, process, thread and simulator; a process id alone is used again by the next process. */
export function openOrigin(): SimulatedOrigin {
  const mark = ['sim', here.host, here.pid, here.thread, randomBytes(6).toString('hex')].join('-')
  living.add(mark)
  return { mark, close: () => void living.delete(mark) }
}

/** The id of the call that an attempt makes: the same however often the attempt is sent to the same simulator. */
export function simulatedCallId({ mark }: SimulatedOrigin, attemptId: string): string {
  return `${mark}-${createHash('sha256').update(attemptId).digest('hex').slice(0, 16)}`
}

/** What is known of a call that is not in one's own memory. Only what is certain is `gone`. */
export function whereaboutsOf(providerCallId: string): SimulatedWhereabouts {
  const [mark, host, pid, thread] = idForm.exec(providerCallId)?.slice(1) ?? []
  if (mark === undefined || host !== here.host) return 'elsewhere'
  if (pid !== here.pid) return isRunning(Number(pid)) ? 'elsewhere' : 'gone'
  return thread === here.thread && !living.has(mark) ? 'gone' : 'elsewhere'
}

const here = {
  host: createHash('sha256').update(hostname()).digest('hex').slice(0, 8),
  pid: String(process.pid),
  thread: String(threadId),
}

const idForm = /^(sim-([0-9a-f]{8})-(\d{1,10})-(\d{1,10})-[0-9a-f]{12})-[0-9a-f]{16}$/

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
