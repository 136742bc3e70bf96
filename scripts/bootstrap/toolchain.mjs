import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'

const nodeVersion = '24.21.0'
const pnpmVersion = '12.21.0'

/**
 * The Node that everything runs on: this one if it is new enough to run TypeScript as it stands, which the build needs; else one that npx fetches.
 * @param {string | undefined} remembered
 * @returns {string} the path of its program
 */
export function findNode(remembered) {
  if (isNewEnough(process.versions.node)) return process.execPath
  if (remembered && existsSync(remembered)) return remembered
  console.error(`This is Node ${process.versions.node}. Fetching Node ${nodeVersion}, once …`)
  return askNpx([`node@${nodeVersion}`, '-p', 'process.execPath'], () => {
    const here = `${process.platform} on ${process.arch}`
    return `Ebra needs Node 22.18 or newer, this is ${process.versions.node}, and npx has no Node ${nodeVersion} for ${here}: install one from https://nodejs.org and run this again.`
  })
}

/**
 * @param {string | undefined} remembered
 * @returns {string} the path of pnpm's program
 */
export function findPnpm(remembered) {
  if (remembered && existsSync(remembered)) return remembered
  console.error(`Fetching pnpm ${pnpmVersion}, once …`)
  const find = process.platform === 'win32' ? 'where.exe pnpm.cmd' : 'command -v pnpm'
  return askNpx(
    ['-p', `pnpm@${pnpmVersion}`, '-c', find],
    () => `npx could not fetch pnpm ${pnpmVersion}: is the npm registry within reach?`,
  )
}

/**
 * The environment in which that Node, and that pnpm if there is one, are found first.
 * @param {import('./stamp.mjs').Stamp} stamp
 */
export function environment({ node = process.execPath, pnpm }) {
  const separator = process.platform === 'win32' ? ';' : ':'
  const folders = [dirname(node), ...(pnpm ? [dirname(pnpm)] : [])]
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...process.env, [name]: [...folders, process.env[name]].join(separator) }
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
}

/**
 * @param {string[]} args
 * @param {() => string} explain what to tell whoever has to mend it
 */
function askNpx(args, explain) {
  const windows = process.platform === 'win32'
  const quoted = windows ? args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)) : args
  const answer = spawnSync('npx', ['--yes', '--prefer-offline', ...quoted], { encoding: 'utf8', shell: windows })
  const path = answer.stdout?.trim().split(/\r?\n/).at(-1) ?? ''
  if (answer.status === 0 && existsSync(path)) return path
  throw new Error([explain(), answer.stderr?.trim(), answer.error?.message].filter(Boolean).join('\n\n'))
}
