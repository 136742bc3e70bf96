import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { Servers } from '../servers/servers.ts'
import type { System } from '../system.ts'
import { flushMicros } from './flush-time.ts'
import { wrapped } from './plain-text.ts'

/** Where and on what was measured: kept with each result, and printed. */
export interface Environment {
  readonly facts: Readonly<Record<string, unknown>>
  readonly lines: readonly string[]
}

/** Reads it from the machine, the repository and the servers. */
export function describeEnvironment(systems: readonly System[], settings: Servers['settings']): Environment {
  const facts = {
    commit: commit(),
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGB: Math.round(totalmem() / 1e9),
    platform: `${process.platform} ${process.arch}`,
    flushMicros: flushMicros(),
    versions: {
      node: process.versions.node,
      ...Object.fromEntries(systems.flatMap(({ library }) => (library === null ? [] : [[library, versionOf(library)]]))),
    },
    settings,
  }
  return { facts, lines: Object.entries(facts).map(([name, value]) => wrapped(`${name.padEnd(12)} ${lineOf(value)}`, ' '.repeat(13))) }
}

function lineOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, each]) => (typeof each === 'object' ? `${name} (${lineOf(each)})` : `${name} ${each}`))
    .join(', ')
}

/** With a plus where the work tree differs from it. */
function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', '../../packages').trim()
    return git('rev-parse', '--short', 'HEAD').trim() + (changes === '' ? '' : '+')
  } catch {
    return 'unknown'
  }
}

function versionOf(library: string): string {
  const file = findPackageJSON(library, import.meta.url)
  return file === undefined ? 'unknown' : (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
