import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { seed } from './chance.ts'
import { isSoak } from './size.ts'

/** What a test has shown of a promise. */
export interface Shown {
  /** Of the table in docs/guarantees.md; `security` for what its rows are silent of. */
  readonly row: number | 'security'
  readonly promise: string
  /** How often it was tried. */
  readonly n: number
  /** What was counted, with its unit: `0 double rings`. */
  readonly result: string
}

/** Keeps a figure of a soak in a file of its own under `results`, for docs/guarantees.md; a run in the small size keeps nothing. */
export function keepResult(shown: Shown): void {
  if (!isSoak) return
  const folder = fileURLToPath(new URL('results', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const name = `${String(shown.row).padStart(2, '0')}-${shown.promise.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 120)
  const kept = { ...shown, seed, commit: commitOf(folder), date: new Date().toISOString().slice(0, 10) }
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(kept, null, 2)}\n`)
}

/** With a plus where the work tree differs from it. */
function commitOf(folder: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
  const changes = git('status', '--porcelain', '--untracked-files=no', '--', ':/', ':(exclude,top)tests/promises/results')
  return git('rev-parse', '--short', 'HEAD') + (changes === '' ? '' : '+')
}
