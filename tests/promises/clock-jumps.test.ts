import { CallOrchestrator, type DialRequest, type Provider, type ProviderEvent } from '@ebra/core'
import { ManualClock } from '@ebra/core/testing'
import { describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { chanceOf, seed } from './chance.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { patience, sized } from './size.ts'
import { databaseKinds, storeOf } from './worker-settings.ts'

const histories = sized(2, 100)
const jumps = sized(2, 50)
const steps = 40
const minuteMs = 60_000
const retryMs = 10 * minuteMs
const staleAfterMs = 24 * 60 * minuteMs

describe.each(databaseKinds)(`a clock that jumps, with %s (seed ${seed})`, (database) => {
  it.concurrent('lets no call be dialed before its time, none twice for one attempt, and none is forgotten', {
    timeout: patience(120_000),
  }, async () => {
    let dialed = 0
    for (let history = 0; history < histories; history++) {
      const chance = chanceOf(`clock ${database} ${history}`)
      await using setting = await createSetting(database)
      const { clock, orchestrator, platform, tell } = setting
      /** When each call may be dialed next; null while it is live, or over. */
      const dueAt = new Map<string, number | null>()
      const spent = new Map<string, number>()
      for (let step = 0; step < steps; step++) {
        const roll = chance.share()
        if (roll < 0.4) {
          const inMs = chance.between(-30, 120) * minuteMs
          const scheduledAt = new Date(clock.now().getTime() + inMs)
          const { call } = await orchestrator.enqueue({ to: `+4930${1_000_000 + dueAt.size}`, scriptId: 'welcome', scheduledAt })
          dueAt.set(call.id, scheduledAt.getTime())
        } else if (roll < 0.6) clock.advance(chance.between(0, 30) * minuteMs)
        else if (roll < 0.8) clock.jump(chance.between(-180, 180) * minuteMs)
        else {
          const [callId] = chance.shuffled([...dueAt].filter(([id, due]) => due === null && spent.get(id) === 1).map(([id]) => id))
          if (callId === undefined) continue
          const [dial] = platform.dials.filter((each) => each.callId === callId)
          await tell({ attemptId: dial?.attemptId ?? '', state: { kind: 'ended', outcome: 'no-answer' } })
          dueAt.set(callId, clock.now().getTime() + retryMs)
        }
        await settle(setting, dueAt, spent)
      }
      const lastDueAt = Math.max(...[...dueAt.values()].map((due) => due ?? 0))
      clock.advance(Math.max(minuteMs, lastDueAt - clock.now().getTime()))
      await settle(setting, dueAt, spent)
      expect([...dueAt.values()].filter((due) => due !== null)).toEqual([])
      const attemptIds = platform.dials.map(({ attemptId }) => attemptId)
      expect(new Set(attemptIds).size).toBe(attemptIds.length)
      dialed += attemptIds.length
    }
    keepResult({
      row: 20,
      promise: `The clock goes back and forth, with ${database}`,
      n: histories * steps,
      result: `0 of ${dialed} dials early, 0 twice, 0 missed`,
    })
  })

  it.concurrent('by hours, and back again, gives no live call up', { timeout: patience(60_000) }, async () => {
    for (let jump = 0; jump < jumps; jump++) {
      await using setting = await createSetting(database)
      const { clock, orchestrator, platform, errors } = setting
      const { call: live } = await orchestrator.enqueue({ to: '+493010000001', scriptId: 'welcome' })
      await until(async () => platform.dials.length === 1)

      clock.jump(2 * staleAfterMs)
      await until(async () =>
        errors.some((error) => error instanceof Error && error.message.startsWith('Database time jumped by 172800 s.')),
      )
      const { call: later } = await orchestrator.enqueue({ to: '+493010000002', scriptId: 'welcome' })
      await until(async () => platform.dials.some(({ callId }) => callId === later.id))
      clock.jump(-2 * staleAfterMs)
      await orchestrator.enqueue({ to: '+493010000003', scriptId: 'welcome' })
      await until(async () => platform.dials.length === 3)
      expect(await orchestrator.get(live.id)).toMatchObject({ status: 'IN_PROGRESS', attempts: 1 })
    }
    keepResult({
      row: 20,
      promise: `The clock leaps over staleAfterMs and back, with ${database}`,
      n: jumps,
      result: '0 live calls given up',
    })
  })
})

/** An orchestrator whose database goes by a clock of the test's own, and a platform that accepts every dial and says nothing. */
async function createSetting(database: (typeof databaseKinds)[number]) {
  const scene = await createScene({ database })
  const clock = new ManualClock()
  const platform = silentPlatform()
  const orchestrator = new CallOrchestrator({
    store: storeOf(scene.settings.database),
    provider: platform.provider,
    concurrency: 1_000,
    staleAfterMs,
    retry: { maxAttempts: 2, byOutcome: { 'no-answer': { delayMs: retryMs } } },
    clock,
  })
  const errors: unknown[] = []
  orchestrator.on('error', ({ error }) => void errors.push(error))
  await orchestrator.start()
  let events = 0
  const tell = (event: Pick<ProviderEvent, 'attemptId' | 'state'>) => {
    const rawBody = JSON.stringify({ ...event, eventId: `e-${++events}`, at: null })
    return orchestrator.handleWebhook({ method: 'POST', url: '/callbacks/silent', headers: {}, rawBody })
  }
  const dispose = async () => {
    await orchestrator.stop()
    await scene[Symbol.asyncDispose]()
  }
  return { clock, orchestrator, platform, tell, errors, [Symbol.asyncDispose]: dispose }
}

function silentPlatform(): { readonly dials: readonly DialRequest[]; readonly provider: Provider } {
  const dials: DialRequest[] = []
  const provider: Provider = {
    name: 'silent',
    traits: {},
    place: async (request) => {
      dials.push(request)
      return { kind: 'accepted', providerCallId: `p-${request.attemptId}` }
    },
    webhook: ({ rawBody }) => ({ kind: 'events', events: [JSON.parse(new TextDecoder().decode(rawBody)) as ProviderEvent] }),
  }
  return { dials, provider }
}

/** Waits until every call that is due has been dialed, and finds none that was claimed before it was, by the time of its claim: one may be under way when the clock is put back. */
async function settle(
  { clock, orchestrator, platform }: Awaited<ReturnType<typeof createSetting>>,
  dueAt: Map<string, number | null>,
  spent: Map<string, number>,
): Promise<void> {
  const now = clock.now().getTime()
  await orchestrator.resume()
  for (const [id, at] of dueAt) {
    const dialed = spent.get(id) ?? 0
    // Whatever its number: a claim that a jump made too late to send was put back, and its number is gone.
    if (at !== null && at <= now) await until(async () => platform.dials.filter(({ callId }) => callId === id).length > dialed)
  }
  const known = [...spent.values()].reduce((sum, count) => sum + count, 0)
  for (const { attemptId, callId } of platform.dials.slice(known)) {
    const attempt = (await orchestrator.attempts(callId)).find((each) => each.attemptId === attemptId)
    // Null: the call was live, or over, and must not have been dialed.
    expect(attempt?.startedAt.getTime()).toBeGreaterThanOrEqual(dueAt.get(callId) ?? Number.POSITIVE_INFINITY)
    spent.set(callId, (spent.get(callId) ?? 0) + 1)
    dueAt.set(callId, null)
  }
}
