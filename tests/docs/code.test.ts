import { describe, expect, test } from 'vitest'
import { compile } from './compiled.ts'
import { codeBlocks, pages } from './pages.ts'

const blocks = pages.flatMap((page) => codeBlocks(page, 'ts')).map((block, index) => ({ ...block, file: `block-${index}.ts` }))

/** What a reader has in mind when a page begins in the middle. Each block may declare any of these for itself. */
const inMind = `
import type { CallOrchestrator, Logger, Provider } from '@ebra/core'
import type { Wanted, Access } from '@ebra/core/http'
import type { SqliteStore } from '@ebra/store-sqlite'
import type { Generated, Kysely } from 'kysely'
import type { Pool } from 'pg'
import type * as core from '@ebra/core'
declare global {
  const CallOrchestrator: typeof core.CallOrchestrator
  const orchestrator: CallOrchestrator
  const store: SqliteStore
  const provider: Provider
  const db: Kysely<{ orders: { id: Generated<number>; phone: string } }>
  const pool: Pool
  const logger: Logger
  const callId: string
  const authorize: (request: unknown, wanted: Wanted) => Access
  const isQuietHour: (to: string) => boolean
  const users: Map<string, { readonly isOperator: boolean; readonly customer: string }>
}
`

const compiled = compile({
  ...Object.fromEntries(blocks.map(({ file, code }) => [file, `${code}\nexport {}\n`])),
  'in-mind.ts': inMind,
  'acme.ts': blocks.find(({ code }) => code.includes('export function acme('))?.code ?? '',
})

describe('the code on the pages', () => {
  test.each(blocks)('at $place is what TypeScript takes', ({ file }) => {
    expect(compiled.problemsOf(file)).toEqual([])
  })

  test('takes for granted what exists', () => {
    expect(compiled.problemsOf('in-mind.ts')).toEqual([])
  })
})
