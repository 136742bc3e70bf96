import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { memory, root } from './root.mjs'

/**
 * What was found and installed the last time, so that the next start can leave it alone.
 * @typedef {{ node?: string, pnpm?: string, installed?: string }} Stamp
 */

const file = join(memory, 'stamp.json')

/** @returns {Stamp} Empty where nothing was done yet. */
export function readStamp() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** @param {Stamp} stamp */
export function writeStamp(stamp) {
  mkdirSync(memory, { recursive: true })
  writeFileSync(file, JSON.stringify(stamp, null, 2))
}

/** Hashes everything that decides what is installed. */
export function installationHash() {
  const manifests = [...workspaceFolders(), 'bench', 'scripts', 'tests'].map((folder) => `${folder}/package.json`)
  return hash(['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests])
}

/** Hashes everything that decides what the build writes. */
export function sourceHash() {
  const sources = workspaceFolders().flatMap((folder) => [...settings.map((name) => `${folder}/${name}`), ...filesUnder(`${folder}/src`)])
  return hash(['pnpm-lock.yaml', 'tsconfig.base.json', 'tsup.base.ts', ...sources])
}

const settings = ['package.json', 'tsconfig.json', 'tsup.config.ts']

function workspaceFolders() {
  return ['packages', 'examples'].flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  if (!existsSync(join(root, folder))) return []
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path))
  return paths.filter((path) => statSync(join(root, path)).isFile())
}

/** @param {string[]} files */
function hash(files) {
  const sum = createHash('sha256')
  for (const name of files.filter((each) => existsSync(join(root, each))).sort()) {
    sum
      .update(`${name}\0`)
      .update(readFileSync(join(root, name)))
      .update('\0')
  }
  return sum.digest('hex')
}
