import type { RunnerOptions } from 'graphile-worker'
import type { Dial, Platform } from '../platform.ts'
import { type Client, partOf, type Share } from '../system.ts'

/** What graphile-worker does not do, whatever its options. */
export const graphileDiffers = [
  'deletes a job when it is done: nothing of a finished call is left, its provider id was never written',
  'has no cap for the fleet: each process takes its fixed part of the 30',
]

const task = 'call'

/** Connects graphile-worker; `batching` are the options of its worker that decide how much one statement does. */
export async function connectGraphile(
  address: string,
  platform: Platform,
  batching: (slots: number) => GraphileConfig.WorkerOptions,
): Promise<Client> {
  const { Logger, makeWorkerUtils, run, runMigrations } = await import('graphile-worker')
  const { Pool } = await import('pg')
  const pool = new Pool({ connectionString: address, max: 32 })
  const complain = (error: Error) => void process.stderr.write(`${error.stack}\n`)
  pool.on('error', complain).on('connect', (connection) => void connection.on('error', complain))
  const logger = new Logger(() => () => undefined)
  const utils = await makeWorkerUtils({ pgPool: pool, logger })
  const optionsOf = (share: Share): RunnerOptions => ({
    pgPool: pool,
    logger,
    concurrency: partOf(share),
    noHandleSignals: true,
    preset: { worker: batching(partOf(share)) },
  })
  return {
    install: () => runMigrations({ pgPool: pool, logger }),
    enqueue: async (call) => void (await utils.addJob(task, call)),
    enqueueMany: async (calls) => void (await utils.addJobs(calls.map((payload) => ({ identifier: task, payload })))),
    work: async (share) => {
      const dials = new Map<string, Dial>()
      const call = (_payload: unknown, { job }: { readonly job: { readonly id: string } }) => {
        const dial = platform.place()
        dials.set(job.id, dial)
        return new Promise<void>((resolve) => dial.recorded(resolve))
      }
      const runner = await run({ ...optionsOf(share), taskList: { [task]: call } })
      runner.events.on('job:complete', ({ job }) => {
        dials.get(job.id)?.settled()
        dials.delete(job.id)
      })
      return { stop: () => runner.stop() }
    },
    progress: async () => {
      const { rows } = await pool.query<{ unfinished: number }>('select count(*)::int as unfinished from graphile_worker.jobs')
      return { completed: null, unfinished: rows[0]?.unfinished ?? 0 }
    },
    close: async () => {
      await utils.release()
      await pool.end()
    },
  }
}
