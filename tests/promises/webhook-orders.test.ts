import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seed } from './chance.ts'
import { createEmptyDatabase, type EmptyDatabase } from './played-scene.ts'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'
import { allHistories, cleanHistory, type History, histories } from './webhook-histories.ts'
import { type Played, play } from './webhook-play.ts'
import { type Naming, type Story, storiesOfOneAttempt, storyOfTwoAttempts } from './webhook-stories.ts'
import { databaseKinds } from './worker-settings.ts'

/** Histories that are played side by side. */
const together = 240
const namings: readonly Naming[] = sized(1, 3) === 3 ? ['attempt', 'platform', 'both'] : ['attempt']
const longestOrder = 6
const sequences = { SQLite: sized(150, 10_000), Postgres: sized(50, 1_000) }
/** Sequences of one run of a property: enough to share turns and silences, and not more events at once than the intake takes. */
const perRun = sized(50, 100)

describe(`webhooks in all orders (seed ${seed})`, () => {
  it(`leave the row of a clean delivery, for up to ${longestOrder} arrivals`, { timeout: patience(60_000) }, async () => {
    const kind = 'SQLite'
    await using database = await createEmptyDatabase(kind)
    const rows = await cleanRows(database)
    const all = storiesOfOneAttempt.flatMap((story) => namings.flatMap((naming) => allHistories(story, naming, longestOrder)))
    let judged = 0
    for (let index = 0; index < all.length; index += together)
      judged += await judge(database, all.slice(index, index + together), false, rows)
    keepResult({
      row: 6,
      promise: `All orders of up to ${longestOrder} arrivals, with ${kind}`,
      n: judged,
      result: `0 of ${judged} rows differ from a clean delivery`,
    })
  })
})

describe.each(databaseKinds)(`webhooks in any order, with calls in %s (seed ${seed})`, (kind) => {
  it.concurrent.each([
    ['that arrives after one attempt, or late after a retry', false],
    ['that arrives around a silence in which the attempt was given up', true],
  ])('leave the row of a clean delivery, and are told once, in any sequence %s', { timeout: patience(60_000) }, async (when, isSilent) => {
    await using database = await createEmptyDatabase(kind)
    const rows = await cleanRows(database)
    let judged = 0
    const property = fc.asyncProperty(fc.array(histories(isSilent), { minLength: perRun, maxLength: perRun }), async (list) => {
      judged += await judge(database, list, isSilent, rows)
    })
    await fc.assert(property, { seed, numRuns: Math.ceil(sequences[kind] / perRun / 2), endOnFailure: true })
    keepResult({
      row: 6,
      promise: `Any sequence ${when}, with ${kind}`,
      n: judged,
      result: `0 of ${judged} rows differ from a clean delivery, 0 events twice`,
    })
  })
})

type Rows = ReadonlyMap<Story, string>

async function cleanRows(database: EmptyDatabase): Promise<Rows> {
  const stories = [...storiesOfOneAttempt, storyOfTwoAttempts]
  const { played } = await play(database, stories.map(cleanHistory), false)
  return new Map(stories.map((story, index) => [story, played[index]?.row ?? '']))
}

/** Plays histories and holds each against the clean delivery of its story; answers how many that were. */
async function judge(database: EmptyDatabase, list: readonly History[], isSilent: boolean, rows: Rows): Promise<number> {
  const { played, dials, parked, revived } = await play(database, list, isSilent)
  for (const [index, history] of list.entries()) {
    const one = played[index]
    if (one === undefined) throw new Error('A history was not played.')
    expect(one.row, told(history)).toBe(rows.get(history.story))
    assertToldOnce(one, isSilent, told(history))
  }
  expect({ dials, parked, revived }).toEqual({
    dials: list.reduce((sum, { story }) => sum + story.attempts.length, 0),
    parked: 0,
    revived: 0,
  })
  return played.length
}

/** Every end was told exactly once, beside the guess of a silence; of the rest nothing twice. */
function assertToldOnce({ events, call }: Played, isSilent: boolean, message: string): void {
  // A call that is given up is to be dialed again, and may have to be once more when the truth is known.
  const single = isSilent ? events.filter(({ type }) => type !== 'call.retrying') : events
  const names = single.map((event) =>
    'attempt' in event ? `${event.type} ${event.attempt.attemptId} ${event.attempt.revision}` : event.type,
  )
  const ends = events.flatMap((event) => (event.type === 'attempt.ended' ? [event.attempt] : []))
  const guesses = ends.filter(({ outcome }) => outcome === 'lost')
  const counts = new Map([...Map.groupBy(events, ({ type }) => type)].map(([type, list]) => [type, list.length]))
  const attempts = new Set(ends.map(({ attemptId }) => attemptId)).size
  expect(new Set(names).size, `${message}: ${names.join(', ')}`).toBe(names.length)
  expect(ends.length - guesses.length, message).toBe(call.attempts)
  expect(attempts, message).toBe(call.attempts)
  expect(guesses.length, message).toBeLessThanOrEqual(isSilent ? 1 : 0)
  expect(counts.get('attempt.placed') ?? 0, message).toBeLessThanOrEqual(attempts)
  expect(counts.get('attempt.answered') ?? 0, message).toBeLessThanOrEqual(attempts)
  // Whoever was given up has spoken since, whether a newer attempt was under way by then or not.
  expect(counts.has('attempt.revived'), message).toBe(guesses.length > 0)
  if (call.status === 'COMPLETED') expect(counts.get('call.completed'), message).toBe(1)
  if (call.status === 'FAILED') expect(counts.get('call.failed'), message).toBe(1)
}

function told({ story, naming, before, after, isAtOnce }: History): string {
  const list = (arrivals: History['before']) => arrivals.map(({ eventId }) => eventId).join(' ')
  return `A call that ${story.name}, named by ${naming}${isAtOnce ? ', at once' : ''}: ${list(before)} | ${list(after)}`
}
