import { describe, expect, it } from 'vitest'
import { seed } from './chance.ts'
import { allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

const calls = sized(100, 2_000)
/** Of ten ends three are never told: two with all that their call had to say, and one of the eight others. */
const webhooks = { never: 0.2, dropped: 0.125, late: 0.2, lateMs: 1_000, tries: 1 }

describe.each(databaseKinds)(`thirty percent of all webhooks that never come, with %s (seed ${seed})`, (database) => {
  it.concurrent('leave no call open where the platform can be asked: each completes by its only dial', {
    timeout: patience(120_000),
  }, async () => {
    await using scene = await createScene({ database, platform: { get: true, find: true, findSettleMs: 200 }, ledger: { webhooks } })
    await scene.enqueue(calls)
    await using _worker = scene.startWorker()
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    expect((await scene.office.metrics()).store.calls.COMPLETED).toBe(calls)
    expect(await scene.ledger.summary()).toMatchObject({ rings: calls })
    keepResult({
      row: 9,
      promise: `30 % of the ends are never told, with ${database}, the platform can be asked`,
      n: calls,
      result: `${calls} of ${calls} calls completed by their first dial, 0 slots left`,
    })
  })

  it.concurrent('leave no call open where it cannot: each is dialed once, and completes, or expires as onLost says', {
    timeout: patience(120_000),
  }, async () => {
    const conduct = { onLost: { unconfirmed: 'expire', silent: 'expire' } } as const
    await using scene = await createScene({ database, conduct, ledger: { webhooks } })
    await scene.enqueue(calls)
    await using _worker = scene.startWorker()
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    const { COMPLETED, EXPIRED } = (await scene.office.metrics()).store.calls
    expect(COMPLETED + EXPIRED).toBe(calls)
    expect(EXPIRED).toBeGreaterThan(0)
    expect(await scene.ledger.summary()).toMatchObject({ rings: calls })
    keepResult({
      row: 9,
      promise: `30 % of the ends are never told, with ${database}, the platform cannot be asked`,
      n: calls,
      result: `${COMPLETED} calls completed, ${EXPIRED} expired after staleAfterMs, 0 left open, 0 slots left`,
    })
  })
})
