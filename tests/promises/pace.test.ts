import { describe, expect, it } from 'vitest'
import { seed } from './chance.ts'
import { fleetOf } from './fleet.ts'
import { allAttempts, allEnded, innocent, judge } from './judgement.ts'
import { createScene } from './scene.ts'
import { patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

const calls = sized(60, 3_000)
const workers = sized(3, 8)
const dialsPerSecond = 40
/** What a long rest earns, and the millisecond to which instants in the database are cut. */
const burst = Math.max(1, dialsPerSecond * 0.05) + dialsPerSecond / 1_000

describe.each(databaseKinds)(`a fleet on %s with a pace (seed ${seed})`, (database) => {
  it('claims no faster at any time, and so no POST comes ahead of the pace', { timeout: patience(120_000) }, async () => {
    await using scene = await createScene({ database, conduct: { concurrency: 1_000, dialsPerSecond, staleAfterMs: 30_000 } })
    await scene.enqueue(calls)
    await using fleet = fleetOf(Array.from({ length: workers }, (_, index) => scene.startWorker({ takesWebhooks: index === 0 })))
    await fleet.started
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    const attempts = await allAttempts(scene.office)
    const claimedAt = attempts.map(({ startedAt }) => startedAt.getTime()).toSorted(ascending)
    const postedAt = (await scene.ledger.report()).posts.map(({ at }) => at).toSorted(ascending)
    expect(mostAhead(claimedAt)).toBeLessThanOrEqual(burst)
    expect(postedAt).toHaveLength(claimedAt.length)
    // Each POST came after its claim: the first n POSTs took at least as long as the first n claims may.
    const [firstClaim = 0] = claimedAt
    expect(postedAt.filter((at, index) => index + 1 > burst + ((at - firstClaim) / 1_000) * dialsPerSecond)).toEqual([])
  })
})

/** How many claims there were in any span beyond those that the pace earns in it, at the worst. */
function mostAhead(claimedAt: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY
  let most = 0
  for (const [index, at] of claimedAt.entries()) {
    const ahead = index - (at / 1_000) * dialsPerSecond
    least = Math.min(least, ahead)
    most = Math.max(most, ahead - least + 1)
  }
  return most
}

function ascending(one: number, other: number): number {
  return one - other
}
