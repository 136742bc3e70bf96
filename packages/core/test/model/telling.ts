import type { Attempt } from '../../src/domain/attempt.ts'
import type { transition } from '../../src/domain/transition.ts'
import { textOfRead } from './key.ts'
import { factOf, type News } from './news.ts'
import { readRow, recordOf, rowOf, writeRow } from './rows.ts'
import { ago, rulesOf } from './settings.ts'
import type { Glance, Read, State } from './state.ts'
import type { World } from './world.ts'

/** News of an attempt on their way to its row. */
export interface Telling {
  readonly number: number
  readonly news: News
  /** Of the row that a `lost` speaks of; defaults to 0. */
  readonly silence?: number
}

/** The state after news were decided on a row as it was read, by default as it is, and written. Null: the row has changed since. The very same state where they say nothing. */
export function tellRow(world: World, state: State, telling: Telling, read = readRow(state, telling.number)): State | null {
  const { number, news } = telling
  const decision = decide(world, telling, read, rowOf(state.attempts, number).age)
  if (decision.kind === 'ignored') return state
  return writeRow(state, { ...decision.write, number, isHostsWord: news === 'lost' || news.startsWith('resolved') }, world.protocol)
}

/** An attempt in the words of the domain: as it is, or as somebody saw it. */
export function attemptOf({ settings }: World, state: State, number: number, seen: Partial<Glance> = {}): Attempt {
  const read = readRow(state, number)
  return recordOf({ ...read, fields: { ...read.fields, ...seen } }, number, rowOf(state.attempts, number).age, settings).attempt
}

function decide(world: World, { number, news, silence = 0 }: Telling, read: Read, age: number): ReturnType<typeof transition> {
  const { settings, protocol, decided } = world
  const key = `${number}.${age}${news}${silence}${textOfRead(read)}`
  const known = decided.get(key)
  if (known !== undefined) return known
  const decision = protocol.transition(recordOf(read, number, age, settings), factOf(news, ago(silence)), rulesOf(settings))
  decided.set(key, decision)
  return decision
}
