import { setTimeout as pause } from 'node:timers/promises'
import type { Ring } from '@ebra/testkit/ledger'
import { CapacityHistory } from './capacity-history.ts'
import { type Census, openCensus } from './census.ts'
import { type Chance, chanceOf } from './chance.ts'
import { allAttempts } from './judgement.ts'
import { createScene, type Scene } from './scene.ts'
import { receiveWebhooks } from './webhook-server.ts'
import type { DatabaseKind } from './worker-settings.ts'

/** The highest capacity that a race is given. */
export const highestCapacity = 6

/** A scene for processes that race for slots, and the eyes on it. */
export interface SlotRace extends AsyncDisposable {
  readonly scene: Scene
  readonly chance: Chance
  readonly history: CapacityHistory
  readonly census: Census
}

/** How many calls were live, moment by moment, against the highest capacity that may have been in force since the last of them was claimed. */
export interface Tally {
  readonly moments: number
  /** Not one slot was left. */
  readonly full: number
  readonly beyond: number
}

/** What a race showed. */
export interface RaceResult {
  /** By the ledger: how many phones rang or talked, at each ring. */
  readonly rings: Tally
  /** By the rows of the database: how many attempts held a slot, at each look. */
  readonly looks: Tally
}

/** Sets up a race: short calls, of which this process hears, and a capacity of three to begin with. */
export async function setUpRace(database: DatabaseKind, name: string): Promise<SlotRace> {
  const stack = new AsyncDisposableStack()
  const ledger = { ringMs: [1, 5], durationMs: [5, 25], webhooks: { progress: false } } as const
  const scene = stack.use(await createScene({ database, conduct: { staleAfterMs: 60_000 }, ledger }))
  stack.use(await receiveWebhooks(scene.office, scene.settings.conduct.publicUrl ?? ''))
  const history = new CapacityHistory(scene.office)
  await history.during([3], () => scene.office.setConcurrency(3))
  const census = stack.use(await openCensus(scene.settings.database))
  const chance = chanceOf(`race ${database} ${name}`)
  return { scene, chance, history, census, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Runs rounds, each a burst of calls into an empty queue, until all are over. In the midst of each something about the capacity is changed. */
export async function runRace(race: SlotRace, rounds: number, change: (round: number) => Promise<void>): Promise<RaceResult> {
  const { scene, chance } = race
  const slotsLeft: number[] = []
  for (let round = 0; round < rounds; round++) {
    await scene.enqueue(chance.between(6, 14))
    const over = watchUntilOver(race, slotsLeft)
    await pause(chance.between(0, 60))
    await change(round)
    await over
  }
  return { rings: tallyOf(await slotsLeftAtRings(race)), looks: tallyOf(slotsLeft) }
}

/** Looks at the database again and again until all calls are over, and notes how many slots were left. */
async function watchUntilOver({ census, history }: SlotRace, slotsLeft: number[]): Promise<void> {
  for (;;) {
    const { liveSince, unended } = await census.look()
    if (liveSince.length > 0) slotsLeft.push(history.highestWithin(Math.max(...liveSince), Date.now()) - liveSince.length)
    if (unended === 0) return
    await pause(2)
  }
}

/** How many slots each ring left. Whoever claimed the last of the calls that rang or talked then had all the others before him. */
async function slotsLeftAtRings({ scene, history }: SlotRace): Promise<readonly number[]> {
  const { rings } = await scene.ledger.report()
  const claims = new Map((await allAttempts(scene.office)).map(({ attemptId, startedAt }) => [attemptId, startedAt.getTime()]))
  return rings.map((ring, index) => {
    const live = [...rings.slice(Math.max(0, index - rememberedRings), index).filter(isLiveAt(ring)), ring]
    const lastClaim = Math.max(...live.map(({ attemptId }) => claims.get(attemptId ?? '') ?? Number.NaN))
    return history.highestWithin(lastClaim, ring.at) - live.length
  })
}

function tallyOf(slotsLeft: readonly number[]): Tally {
  const countOf = (isCounted: (slots: number) => boolean) => slotsLeft.filter(isCounted).length
  return { moments: slotsLeft.length, full: countOf((slots) => slots === 0), beyond: countOf((slots) => slots < 0) }
}

/** No ring lasts while so many others begin. */
const rememberedRings = 200

function isLiveAt({ order }: Ring): (other: Ring) => boolean {
  return ({ end }) => end === null || end.order > order
}
