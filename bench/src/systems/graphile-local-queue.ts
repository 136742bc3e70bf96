import type { System } from '../system.ts'
import { connectGraphile, graphileDiffers } from './graphile.ts'

/** graphile-worker with its batching: jobs are fetched as many at a time as there are slots, and what ended in one moment is completed together. */
export const graphileLocalQueue: System = {
  name: 'graphile-local-queue',
  title: 'graphile-worker, local queue 30',
  server: 'postgres',
  library: 'graphile-worker',
  differs: [...graphileDiffers, 'local queue: jobs are locked before they have a slot, so a process holds up to twice its part'],
  connect: (address, platform) =>
    connectGraphile(address, platform, (slots) => ({ localQueue: { size: slots }, completeJobBatchDelay: 0 })),
}
