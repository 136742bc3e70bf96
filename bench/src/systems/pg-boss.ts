import type { PgBoss } from 'pg-boss'
import type { CallInput, Client, Progress } from '../system.ts'

/** The queue that all jobs are in. */
export const queue = 'calls'

/** What pg-boss does not do, whichever way its jobs are worked on. */
export const pgBossDiffers = [
  'has no cap for the fleet: each process takes its fixed part of the 30',
  'completes a batch with one output for all of it, so no provider id is stored',
]

/** Connects pg-boss with its defaults: its supervision runs beside, as it does for everybody who uses it. */
export async function connectPgBoss(address: string): Promise<{ readonly boss: PgBoss; readonly client: Omit<Client, 'work'> }> {
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({ connectionString: address })
  boss.on('error', (error) => process.stderr.write(`${error.stack}\n`))
  boss.on('warning', () => undefined)
  await boss.start()
  const client: Omit<Client, 'work'> = {
    install: () => boss.createQueue(queue),
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
