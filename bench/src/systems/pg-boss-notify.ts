import { partOf, type System } from '../system.ts'
import { connectPgBoss, pgBossDiffers, workInBatches } from './pg-boss.ts'

/** pg-boss by `work` with its defaults, woken by NOTIFY: the soonest that it hears of a job, and the least that it asks while there is none. */
export const pgBossNotify: System = {
  name: 'pg-boss-notify',
  title: 'pg-boss, woken by NOTIFY',
  server: 'postgres',
  library: 'pg-boss',
  differs: pgBossDiffers,
  onlyIn: ['pickup', 'idle'],
  connect: async (address, platform) => {
    const { boss, client } = await connectPgBoss(address, true)
    return { ...client, work: (share) => workInBatches(boss, platform, { batchSize: partOf(share) }) }
  },
}
