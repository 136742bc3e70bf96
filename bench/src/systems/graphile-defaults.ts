import type { System } from '../system.ts'
import { connectGraphile, graphileDiffers } from './graphile.ts'

/** graphile-worker as it comes: every job is fetched and completed by statements of its own. */
export const graphileDefaults: System = {
  name: 'graphile-defaults',
  title: 'graphile-worker, defaults',
  server: 'postgres',
  library: 'graphile-worker',
  differs: graphileDiffers,
  connect: (address, platform) => connectGraphile(address, platform, () => ({})),
}
