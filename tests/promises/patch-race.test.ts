import { describe, expect, it } from 'vitest'
import type { Client } from '../e2e/client.ts'
import { startApi } from './api.ts'
import { type Chance, chanceOf, seed } from './chance.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

const calls = sized(100, 2_500)
/** Calls that are changed at the same time. */
const abreast = 20

/** A call, and the numbers that were to take the place of its own, in the order in which that was asked for. */
interface Changes {
  readonly callId: string
  /** Its own first, then those of every PATCH that was answered by 200. */
  readonly accepted: readonly string[]
  /** Of the PATCH that was answered by 409. */
  readonly refused: string
}

describe.each(databaseKinds)(
  `a call on %s that is changed, again and again, while a worker is about to dial it (seed ${seed})`,
  (database) => {
    it('is dialed at the number of the last PATCH that was accepted, and never at one that was refused', {
      timeout: patience(120_000),
    }, async () => {
      const chance = chanceOf(`patch race ${database}`)
      await using scene = await createScene({ database, conduct: { staleAfterMs: 60_000 } })
      await using one = await startApi(scene, 'Express')
      await using other = await startApi(scene, 'Fastify')
      await using worker = scene.startWorker()
      await worker.said('started')
      const changes: Changes[] = []
      while (changes.length < calls) {
        const racing = Array.from({ length: abreast }, (_, index) => race([one.client, other.client], changes.length + index, chance))
        changes.push(...(await Promise.all(racing)))
      }
      await allEnded(scene)

      expect(await judge(scene)).toEqual(innocent)
      const { rings } = await scene.ledger.report()
      const dialed = new Map(rings.map(({ callId, to }) => [callId, to]))
      expect(changes.filter(({ callId, accepted }) => dialed.get(callId) !== accepted.at(-1))).toEqual([])
      const refused = new Set(changes.map((change) => change.refused))
      expect(rings.filter(({ to }) => refused.has(to))).toEqual([])
      expect(await shownNumbers(scene)).toEqual(dialed)
      const accepted = changes.reduce((sum, change) => sum + change.accepted.length - 1, 0)
      expect(accepted).toBeGreaterThan(calls / 10)
      keepResult({
        row: 19,
        promise: `PATCH races the claim on ${database}`,
        n: changes.length,
        result: `0 calls dialed at another number than that of the last of ${accepted} accepted PATCHes; 0 of ${refused.size} refused ones dialed`,
      })
    })
  },
)

/** Changes the number of a call that is about to be dialed until that is refused, each time through another process. */
async function race(clients: readonly [Client, Client], index: number, chance: Chance): Promise<Changes> {
  const scheduledAt = new Date(Date.now() + chance.between(0, 250)).toISOString()
  const accepted = [numberOf(index, 0)]
  const { id: callId } = await clients[0].enqueue({ to: accepted[0], scriptId: 'welcome', scheduledAt })
  for (;;) {
    const to = numberOf(index, accepted.length)
    const { status, body } = await clients[accepted.length % 2 === 0 ? 0 : 1].send('PATCH', `/calls/${callId}`, { to })
    if (status === 409) return { callId, accepted, refused: to }
    if (status !== 200 || body.to !== to) throw new Error(`A PATCH was answered by ${status}: ${JSON.stringify(body)}`)
    accepted.push(to)
  }
}

async function shownNumbers({ office }: Parameters<typeof judge>[0]): Promise<ReadonlyMap<string, string>> {
  return new Map((await allCalls(office)).map(({ id, to }) => [id, to]))
}

/** No two calls, and no two changes, have the same. */
function numberOf(call: number, change: number): string {
  return `+4931${String(call).padStart(5, '0')}${String(change).padStart(3, '0')}`
}
