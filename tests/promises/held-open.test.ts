import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chanceOf, seed } from './chance.ts'
import type { Arena } from './held-open-arena.ts'
import { postgresArena } from './held-open-postgres.ts'
import { type Outcome, outcomeOf, type Race, races } from './held-open-races.ts'
import { sqliteArena } from './held-open-sqlite.ts'
import { keepResult } from './results.ts'
import { isSoak, patience } from './size.ts'

const arenas = { SQLite: sqliteArena, Postgres: postgresArena }
/** Between two steps that are tried. */
const stride = isSoak ? 1 : 3

describe.each(Object.keys(arenas) as (keyof typeof arenas)[])(`two operations on one call in %s (seed ${seed})`, (database) => {
  let arena: Arena
  beforeAll(async () => {
    arena = await arenas[database]()
  })
  afterAll(() => arena[Symbol.asyncDispose]())

  it.each(races)(
    '$one and $other, either held open before each of its steps, end as if one had come after the other',
    {
      timeout: patience(120_000),
    },
    async (race) => {
      const lawful = [await inTurn(arena, race, 'one'), await inTurn(arena, race, 'other')]
      expect(lawful).toMatchObject(race.ends)
      const first = chanceOf(`held open ${database} ${race.one}`).between(1, stride)
      let held = 0
      for (const holding of ['one', 'other'] as const) {
        for (let step = first; ; step += stride) {
          const { wasHeld, outcome } = await across(arena, race, holding, step)
          expect(lawful, `${race[holding]} was held before step ${step}`).toContainEqual(outcome)
          if (!wasHeld) break
          held += 1
        }
      }
      expect(held).toBeGreaterThan(20 / stride)
      keepResult({
        row: race.row,
        promise: `${race.one} and ${race.other} are held open against each other, with ${database}`,
        n: held,
        result: `0 of ${held} ends that are not those of one after the other, 0 errors to the callers`,
      })
    },
  )
})

async function inTurn(arena: Arena, race: Race, first: 'one' | 'other'): Promise<Outcome> {
  await arena.clear()
  await race.given(arena.office)
  const words = await arena.runInTurn(race[first], race[first === 'one' ? 'other' : 'one'])
  return endOf(arena, race, words)
}

async function across(arena: Arena, race: Race, holding: 'one' | 'other', step: number) {
  await arena.clear()
  await race.given(arena.office)
  const { wasHeld, words } = await arena.runAcross(race[holding], race[holding === 'one' ? 'other' : 'one'], step)
  return { wasHeld, outcome: await endOf(arena, race, words) }
}

async function endOf({ office, successor }: Arena, { afterwards }: Race, words: Outcome['words']): Promise<Outcome> {
  const last = (await afterwards?.(successor)) ?? []
  return outcomeOf(office, [...words, ...last])
}
