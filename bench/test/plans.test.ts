import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('the plans of both stores are written as pages, with the rows that each operation reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ebra-plans-test-'))
  const program = fileURLToPath(new URL('../src/plans/main.ts', import.meta.url))
  try {
    await promisify(execFile)(process.execPath, ['--conditions=@ebra/source', program, '200', folder])
    const postgres = readFileSync(join(folder, 'plans.md'), 'utf8')
    const sqlite = readFileSync(join(folder, 'plans-sqlite.md'), 'utf8')

    expect(postgres).toMatch(
      /^\| \[A turn that claims 30 calls\]\(#a-turn-that-claims-30-calls\) \| \d+ \| [1-9]\d* \| [1-9]\d* \| [1-9][\d ]* \|$/m,
    )
    expect(postgres).toMatch(/Index Scan using calls_\w+ on calls .*\(actual rows=/)
    expect(sqlite).toContain('USING INDEX ebra_calls_due')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
