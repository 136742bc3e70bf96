import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { isBuilt } from './build-mark.mjs'
import { root } from './root.mjs'
import { sourceHash } from './stamp.mjs'
import { environment } from './toolchain.mjs'

/**
 * Builds the programs if a source has changed. They need no type declarations, so none are written.
 * @param {import('./stamp.mjs').Stamp} stamp
 */
export function buildIfChanged(stamp) {
  if (isBuilt(sourceHash())) return
  console.error('Building …')
  const { status } = spawnSync(stamp.node ?? process.execPath, [join('scripts', 'build.ts'), '--no-dts'], {
    cwd: root,
    env: environment(stamp),
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('The build failed; its reason stands above.')
}
