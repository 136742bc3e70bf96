import type { ClaimParams, TurnResult } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import { expect, it } from 'vitest'
import { scriptedProvider, setup, until } from './setup.ts'

/** A database in which others are always left something, until somebody goes beyond its share. */
class CrowdedStore extends SqliteStore {
  readonly claims: ClaimParams[] = []
  isCrowded = true

  constructor() {
    super({ file: ':memory:' })
  }

  override async commitTurn(turn: Parameters<SqliteStore['commitTurn']>[0]): Promise<TurnResult> {
    const result = await super.commitTurn(turn)
    if (turn.claim !== null) this.claims.push(turn.claim)
    return { ...result, leftToOthers: this.isCrowded && turn.claim?.beyondShare === false }
  }
}

it('a process leaves others their share for a moment, and takes what nobody came for', async () => {
  const store = new CrowdedStore()
  const { orchestrator } = setup(scriptedProvider(), { store })
  await orchestrator.start()
  await until(() => store.claims.some(({ beyondShare }) => beyondShare))
  store.isCrowded = false
  const before = store.claims.length
  await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome' })
  await until(() => store.claims.length > before + 1)
  expect(store.claims[0]).toMatchObject({ beyondShare: false })
  expect(store.claims.at(-1)).toMatchObject({ beyondShare: false })
})
