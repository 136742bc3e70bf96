import type { PgBoss, WorkOptions } from 'pg-boss'
import type { Platform } from '../platform.ts'
import type { CallInput, Client, Progress, Worker } from '../system.ts'

/** The queue that all jobs are in. */
export const queue = 'calls'

/** What pg-boss does not do, whichever way its jobs are worked on. */
export const pgBossDiffers = [
  'has no cap for the fleet: each process takes its fixed part of the 30',
  'completes a batch with one output for all of it, so no provider id is stored',
]

/** Connects pg-boss with its defaults: its supervision runs beside, as it does for everybody who uses it. `notifies`: whether an enqueue wakes whoever waits. */
export async function connectPgBoss(
  address: string,
  notifies = false,
): Promise<{ readonly boss: PgBoss; readonly client: Omit<Client, 'work'> }> {
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({ connectionString: address, useListenNotify: notifies })
  boss.on('error', (error) => process.stderr.write(`${error.stack}\n`))
  boss.on('warning', () => undefined)
  await boss.start()
  const client: Omit<Client, 'work'> = {
    install: () => boss.createQueue(queue, { notify: notifies }),
    enqueue: async (call) => void (await boss.send(queue, dataOf(call))),
    enqueueMany: async (calls) =>
      void (await boss.insert(
        queue,
        calls.map((call) => ({ data: dataOf(call) })),
      )),
    progress: () => readProgress(boss),
    seed: async (amounts) => {
      const { seedPgBoss } = await import('../seeding/pg-boss.ts')
      await seedPgBoss(boss, queue, amounts)
    },
    close: () => boss.stop({ graceful: false }),
  }
  return { boss, client }
}

/** Places whole batches, each of which ends as one. */
export async function workInBatches(boss: PgBoss, platform: Platform, options: WorkOptions): Promise<Worker> {
  await boss.work(queue, options, async (jobs) => {
    const dials = jobs.map(() => platform.place())
    await Promise.all(dials.map((dial) => new Promise<void>((resolve) => dial.recorded(resolve))))
    // Nothing tells when the batch is completed, which is one statement later. That is the last batch's share of a run; the check afterwards sees that it was done.
    for (const dial of dials) dial.settled()
    return { outcome: 'completed' }
  })
  return { stop: () => boss.offWork(queue, { wait: true }) }
}

function dataOf(call: CallInput): object {
  return call
}

async function readProgress(boss: PgBoss): Promise<Progress> {
  const { rows } = await boss.getDb().executeSql(
    `select count(*) filter (where state = 'completed')::int as completed, count(*) filter (where state <> 'completed')::int as unfinished
     from pgboss.job where name = $1`,
    [queue],
  )
  return rows[0] as Progress
}
