import { partOf, type System } from '../system.ts'
import { connectPgBoss, pgBossDiffers, queue } from './pg-boss.ts'

/** pg-boss by `work` with batches as large as the process' part of the cap: the fewest statements that it can do with. */
export const pgBossWork: System = {
  name: 'pg-boss-work',
  title: 'pg-boss, batch work',
  server: 'postgres',
  library: 'pg-boss',
  differs: [...pgBossDiffers, 'batch work: a batch ends as one, so real calls would all wait for the longest of their batch'],
  connect: async (address, platform) => {
    const { boss, client } = await connectPgBoss(address)
    return {
      ...client,
      work: async (share) => {
        await boss.work(queue, { batchSize: partOf(share), burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }, async (jobs) => {
          const dials = jobs.map(() => platform.place())
          await Promise.all(dials.map((dial) => new Promise<void>((resolve) => dial.recorded(resolve))))
          // Nothing tells when the batch is completed, which is one statement later. That is the last batch's share of a run; the check afterwards sees that it was done.
          for (const dial of dials) dial.settled()
          return { outcome: 'completed' }
        })
        return { stop: () => boss.offWork(queue, { wait: true }) }
      },
    }
  },
}
