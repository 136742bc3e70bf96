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

/** What a race showed: how often more calls were live than any capacity allowed since the last of them was claimed, and out of how many chances. */
export interface RaceResult {
  readonly tooManyRinging: number
  /** Rings that took the last slot there was. */
  readonly lastSlots: number
  readonly rings: number
  readonly tooManyClaimed: number
  readonly looks: number
}

/** Sets up a race: short calls, of which this process hears, and a capacity of three to begin with. */
export async function setUpRace(database: DatabaseKind, name: string): Promise<SlotRace> {
  const stack = new AsyncDisposableStack()
  const ledger = { ringMs: [1, 5], durationMs: [1, 15], webhooks: { progress: false } } as const
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
  const looks = { taken: 0, tooMany: 0 }
  for (let round = 0; round < rounds; round++) {
    await scene.enqueue(chance.between(6, 14))
    const over = untilOver(race, looks)
    await pause(chance.between(0, 60))
    await change(round)
    await over
  }
  return { ...(await judgeRings(race)), tooManyClaimed: looks.tooMany, looks: looks.taken }
}

/** Looks at the database again and again until all calls are over. */
async function untilOver({ census, history }: SlotRace, looks: { taken: number; tooMany: number }): Promise<void> {
  for (;;) {
    const { liveSince, unended } = await census.look()
    looks.taken += 1
    if (liveSince.length > 0 && liveSince.length > history.highestWithin(Math.max(...liveSince), Date.now())) looks.tooMany += 1
    if (unended === 0) return
    await pause(2)
  }
}

/** Judges each ring by how many phones rang or talked with it: whoever claimed the last of those calls had all the others before him. */
async function judgeRings({ scene, history }: SlotRace): Promise<Pick<RaceResult, 'tooManyRinging' | 'lastSlots' | 'rings'>> {
  const { rings } = await scene.ledger.report()
  const claims = new Map((await allAttempts(scene.office)).map(({ attemptId, startedAt }) => [attemptId, startedAt.getTime()]))
  const left = rings.map((ring, index) => {
    const live = [...rings.slice(Math.max(0, index - rememberedRings), index).filter(isLiveAt(ring)), ring]
    const lastClaim = Math.max(...live.map(({ attemptId }) => claims.get(attemptId ?? '') ?? Number.NaN))
    return history.highestWithin(lastClaim, ring.at) - live.length
  })
  return {
    tooManyRinging: left.filter((slots) => slots < 0).length,
    lastSlots: left.filter((slots) => slots === 0).length,
    rings: rings.length,
  }
}

/** No ring lasts while so many others begin. */
const rememberedRings = 200

function isLiveAt({ order }: Ring): (other: Ring) => boolean {
  return ({ end }) => end === null || end.order > order
}
