import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { aCall } from '@ebra/testkit'
import { expect, it } from 'vitest'
import { SqliteStore } from '../src/index.ts'
import { openStore, silent } from './open-store.ts'
import { TemporaryFile } from './temporary-file.ts'

/** Starts one of the programs beside the tests, as a process of its own. */
function start(program: string, ...args: readonly string[]): ChildProcessByStdio<Writable, Readable, null> {
  const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url))
  return spawn(process.execPath, ['--conditions=@ebra/source', path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
}

/** All that a process says, line by line, until it ends well. */
async function linesOf(child: ReturnType<typeof start>): Promise<readonly string[]> {
  const ended = once(child, 'exit')
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) lines.push(line)
  expect(await ended).toEqual([0, null])
  return lines
}

it('twenty processes that start at once on a new file migrate it once, and all work', async () => {
  using home = new TemporaryFile()
  const tenants = Array.from({ length: 20 }, (_, index) => `starter-${index}`)
  const starters = tenants.map((tenant) => start('start.ts', home.path, tenant))
  const said = starters.map(linesOf)
  await Promise.all(starters.map(({ stdout }) => once(stdout, 'data')))
  for (const { stdin } of starters) stdin.end()
  expect(await Promise.all(said)).toEqual(tenants.map(() => ['ready', 'started']))
  const store = new SqliteStore({ file: home.path, migrate: 'never' })
  await store.open({ logger: silent, clock: null })
  const { items } = await store.listCalls({ pageSize: 100 })
  expect(items.map(({ tenant }) => tenant).toSorted()).toEqual(tenants.toSorted())
  await store.close()
}, 240_000)

it('processes that claim from one file never dial a call twice, nor exceed the cap', async () => {
  await using opened = await openStore()
  const calls = Array.from({ length: 150 }, () => aCall())
  await opened.store.insertCalls({ calls })
  await opened.store.writeControl({ configured: 3 })
  const said = await Promise.all(['a', 'b', 'c', 'd'].map((name) => linesOf(start('work.ts', opened.file, name))))
  const claimed = said.flat().filter((line) => !line.startsWith('most live'))
  expect(claimed.toSorted()).toEqual(calls.map(({ id }) => `${id}.1`).toSorted())
  for (const lines of said) expect(Number(lines.at(-1)?.replace('most live ', ''))).toBeLessThanOrEqual(3)
  expect(await opened.store.readMetrics()).toMatchObject({ calls: { COMPLETED: 150, PENDING: 0, IN_PROGRESS: 0 }, live: 0 })
}, 120_000)

it('what an insert has answered outlives its process', async () => {
  await using opened = await openStore()
  const child = start('insert-forever.ts', opened.file)
  const ended = once(child, 'exit')
  const answered: string[] = []
  for await (const line of createInterface(child.stdout)) {
    answered.push(line)
    if (answered.length === 25) child.kill('SIGKILL')
  }
  await ended
  for (const callId of answered) expect(await opened.store.findCall({ callId })).not.toBeNull()
  expect(answered.length).toBeGreaterThanOrEqual(25)
}, 60_000)

it('a process hears what another has inserted', async () => {
  await using opened = await openStore()
  const heard = new Promise<void>((resolve) => void opened.store.onWake(resolve))
  const child = start('start.ts', opened.file, 'acme')
  child.stdin.end()
  await linesOf(child)
  await heard
}, 60_000)
