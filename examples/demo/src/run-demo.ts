import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { callList } from './call-list.ts'
import { startPostgresFleet, startSqliteFleet } from './fleet/start-fleet.ts'
import { startPlatform } from './fleet/start-platform.ts'
import { makeUpList } from './list/make-up-list.ts'
import type { DemoOptions } from './options.ts'

const cap = 30
const whoCalls = {
  sqlite: 'One process on SQLite',
  postgres: 'A Postgres with an API and three workers, each a process of its own,',
}
const settings = { GLOBAL_CONCURRENCY: String(cap), BASE_RETRY_SECONDS: '0.5', MAX_ATTEMPTS: '3', STALE_INPROG_SECONDS: '60' }

/** Starts everything, calls everybody on the list, and ends everything. Resolves to whether all was as it must be; otherwise the logs are kept. */
export async function runDemo({ fleet: kind, file, rows }: DemoOptions, signal: AbortSignal): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'ebra-demo-'))
  const started: { stop(): Promise<void> }[] = []
  let isWell = false
  try {
    const list = file ?? (await writeList(rows))
    console.log(`${whoCalls[kind]} calls the list ${list}, through a platform that rings nobody.`)
    const platform = await startPlatform(folder)
    started.push(platform)
    signal.throwIfAborted()
    const startFleet = kind === 'postgres' ? startPostgresFleet : startSqliteFleet
    const fleet = await startFleet({ folder, environment: { ...settings, ...platform.environment } })
    started.push(fleet)
    isWell = await callList({ list, fleet, witness: platform.witness, cap, signal })
    return isWell
  } finally {
    for (const part of started.toReversed()) await part.stop()
    if (isWell) await rm(folder, { recursive: true })
    else console.error(`The logs are in ${folder}.`)
  }
}

/** Beside the program, for whoever wants to look at it. */
async function writeList(rows: number): Promise<string> {
  const folder = fileURLToPath(new URL('../data', import.meta.url))
  await mkdir(folder, { recursive: true })
  const file = join(folder, `calls-${rows}.csv`)
  await writeFile(file, makeUpList(rows))
  return file
}
