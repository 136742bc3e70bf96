import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'
import { installationHash } from './stamp.mjs'
import { environment, findPnpm } from './toolchain.mjs'

/**
 * Installs the workspace if what decides it has changed, or if somebody changed node_modules.
 * @param {import('./stamp.mjs').Stamp} stamp
 */
export function installIfChanged(stamp) {
  const wanted = installationHash()
  if (stamp.installed === wanted && isIntact()) return
  if (!isIntact()) clear()
  stamp.pnpm = findPnpm(stamp.pnpm)
  console.error('Installing …')
  const windows = process.platform === 'win32'
  const program = windows ? `"${stamp.pnpm}"` : stamp.pnpm
  const { status, error } = spawnSync(program, ['install', '--frozen-lockfile', '--prefer-offline'], {
    cwd: root,
    env: environment(stamp),
    shell: windows,
    // What it says belongs to the installation, not to the output of the program that runs next.
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error(`pnpm install failed${error ? `: ${error.message}` : '; its reason stands above'}.`)
  stamp.installed = wanted
}

/** False before the first installation, and after an `npm install`, which takes the tools out of the root that pnpm had put there. */
function isIntact() {
  return ['.modules.yaml', 'typescript/package.json', 'tsup/package.json', 'vitest/package.json'].every((path) =>
    existsSync(join(root, 'node_modules', path)),
  )
}

/** Empties node_modules but for the bootstrap's own memory: pnpm believes its own notes of what is there. */
function clear() {
  const folder = join(root, 'node_modules')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (name !== '.ebra') rmSync(join(folder, name), { recursive: true, force: true })
  }
}
