import type { Store } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import { describe, expect, it } from 'vitest'
import { allStoreCases, type CreateStore, runStoreCase, type StoreCase } from '../src/index.ts'
import { defects, withDefect } from './broken-stores.ts'

describe('the store suite', () => {
  it('says every sentence once', () => {
    const names = allStoreCases.map(({ name }) => name)
    expect(names.length).toBe(new Set(names).size)
  })

  for (const defect of defects) {
    it(`a store that ${defect.name} fails, and a sound one passes: ${defect.breaks}`, async () => {
      const sentence = caseNamed(defect.breaks)
      await runStoreCase(sentence, storesIn(sound))
      const broken = storesIn(() => withDefect(sound(), defect))
      const failure: unknown = await runStoreCase(sentence, broken).catch((error: unknown) => error)
      expect(assertionIn(failure)).toMatchObject({ code: 'ERR_ASSERTION' })
    })
  }
})

function sound(): Store {
  return new SqliteStore({ file: ':memory:' })
}

function storesIn(makeStore: () => Store): CreateStore {
  return async () => ({ store: makeStore(), cleanup: async () => {} })
}

function caseNamed(name: string): StoreCase {
  const found = allStoreCases.find((each) => each.name === name)
  if (found === undefined) throw new Error(`The suite does not say: ${name}`)
  return found
}

/** The assertion that failed; a property that does wraps it in its report. */
function assertionIn(failure: unknown): unknown {
  return failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure
}
