import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { memory, root } from './root.mjs'

// Whoever builds leaves the mark, be it a start or a check: otherwise one would run what another had built of other sources.
const file = join(memory, 'built')

/** @param {string} hash of the sources */
export function isBuilt(hash) {
  const marked = existsSync(file) && readFileSync(file, 'utf8') === hash
  return marked && programs.every((path) => existsSync(join(root, path)))
}

/** @param {string} hash of the sources as they were before the build began */
export function markBuilt(hash) {
  mkdirSync(memory, { recursive: true })
  writeFileSync(file, hash)
}

/** What is there now is about to change. */
export function unmarkBuilt() {
  rmSync(file, { force: true })
}

const programs = ['packages/core/dist/index.js', 'examples/reference-server/dist/main.js', 'examples/demo/dist/main.js']
