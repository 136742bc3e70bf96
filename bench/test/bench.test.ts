import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { ScenarioResult } from '../src/report/result.ts'

test('the bench measures lifecycles on a Postgres of its own and on SQLite, checks them, and keeps results and a chart', async () => {
  using folder = scratchFolder()
  const systems = ['ebra-postgres', 'raw-postgres-tick', 'ebra-sqlite']

  const { stdout } = await bench('lifecycle', '--quick', '--rounds', '1', '--systems', systems.join(), '--into', folder.path)

  const result = JSON.parse(readFileSync(join(folder.path, 'lifecycle.json'), 'utf8')) as ScenarioResult
  expect(result.environment).toMatchObject({ settings: { postgres: { fsync: 'on', synchronous_commit: 'on' } } })
  expect(result.cases.map(({ name }) => name)).toEqual(['1 process', '2 processes'])
  for (const each of result.cases) {
    expect(each.systems.map(({ system }) => system)).toEqual(systems)
    expect(each.systems.flatMap(({ failures }) => failures)).toEqual([])
    expect(each.systems[0]?.figures).toMatchObject({ rate: { all: [expect.any(Number)] }, transactions: { all: [expect.any(Number)] } })
  }
  expect(stdout).toContain('What differs in the work that is done:')
  expect(readFileSync(join(folder.path, 'lifecycle.svg'), 'utf8')).toContain('Ebra on Postgres')
})

function bench(...args: readonly string[]) {
  const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  return promisify(execFile)(process.execPath, ['--conditions=@ebra/source', program, ...args])
}

function scratchFolder() {
  const path = mkdtempSync(join(tmpdir(), 'ebra-bench-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}
