import { partOf, type System } from '../system.ts'
import { connectPgBoss, pgBossDiffers, workInBatches } from './pg-boss.ts'

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
      work: (share) => workInBatches(boss, platform, { batchSize: partOf(share), burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }),
    }
  },
}
