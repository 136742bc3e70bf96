import { type DialRequest, HttpProvider, type PlacedAttempt, type ProviderContext } from '@ebra/core'
import { describe, expect, it } from 'vitest'
import { createLedger, type Ledger, type PlaceMode, placeModes } from '../src/ledger/index.ts'
import { ended, receiveWebhooks, until } from './ledger-caller.ts'

const verdicts: Readonly<Record<PlaceMode, 'accepted' | 'unknown' | 'not-placed' | 'throttled' | 'blocked' | 'rejected'>> = {
  normal: 'accepted',
  slow: 'accepted',
  cutBody: 'accepted',
  nonsense: 'accepted',
  ringThenHang: 'unknown',
  ringThenError: 'unknown',
  ringThenReset: 'unknown',
  hang: 'unknown',
  error: 'unknown',
  reset: 'unknown',
  redirect: 'not-placed',
  throttle: 'throttled',
  blocked: 'blocked',
  reject: 'rejected',
}

describe('an HttpProvider that dials through a ring ledger', () => {
  it.each(Object.entries(verdicts))('takes the answer of mode %s for %s', async (mode, verdict) => {
    await using ledger = await createLedger({ mode: mode as PlaceMode, slowMs: 1 })
    const patience = new AbortController()
    const placing = providerOf(ledger).place(dialRequest, contextWith(patience.signal))
    if (mode === 'hang' || mode === 'ringThenHang') {
      await until(async () => (await ledger.summary()).posts === 1)
      patience.abort()
    }
    expect((await placing).kind).toBe(verdict)
  })

  it('never takes a ring for certainly none, and a ring it is told of is one', async () => {
    const tookAs = (verdict: string) => (mode: PlaceMode) => verdicts[mode] === verdict
    const modes = Object.keys(verdicts) as PlaceMode[]
    const certainlySilent = modes.filter((mode) => !['accepted', 'unknown'].includes(verdicts[mode]))
    expect(certainlySilent.filter((mode) => placeModes[mode].rings)).toEqual([])
    expect(modes.filter(tookAs('accepted')).filter((mode) => !placeModes[mode].rings)).toEqual([])
  })

  it('finds, gets and hangs up the call', async () => {
    await using ledger = await createLedger({ ringMs: 60_000, apiKey: 'key' })
    const provider = providerOf(ledger)
    const placed = await provider.place(dialRequest, contextWith())
    const providerCallId = placed.kind === 'accepted' ? placed.providerCallId : null
    const attempt = { ...placedAttempt, providerCallId: providerCallId ?? expect.fail('no id') }
    const live = { kind: 'found', providerCallId, state: { kind: 'live', phase: 'ringing' } }
    expect(await provider.find?.(placedAttempt, contextWith())).toMatchObject(live)
    expect(await provider.get?.(attempt, contextWith())).toMatchObject(live)
    expect(await provider.hangUp?.(attempt, contextWith())).toEqual({ kind: 'requested' })
    expect(await provider.get?.(attempt, contextWith())).toMatchObject({ state: { kind: 'ended', outcome: 'canceled' } })
  })

  it('is told that an attempt never rang, and that it cannot be told', async () => {
    await using ledger = await createLedger({ apiKey: 'key' })
    const provider = providerOf(ledger)
    expect(await provider.find?.(placedAttempt, contextWith())).toEqual({ kind: 'absent' })
    await ledger.switchTo({ lookups: { find: false, get: false } })
    expect(await provider.find?.(placedAttempt, contextWith())).toMatchObject({ kind: 'unsure' })
    expect(await provider.get?.({ ...placedAttempt, providerCallId: 'call_1' }, contextWith())).toMatchObject({ kind: 'unsure' })
  })

  it.each([
    ['COMPLETED', 'completed'],
    ['VOICEMAIL', 'voicemail'],
    ['NO_ANSWER', 'no-answer'],
    ['BUSY', 'busy'],
    ['FAILED', 'failed'],
    ['CANCELED', 'canceled'],
  ] as const)('believes the signed webhook of an end as %s', async (status, outcome) => {
    await using host = await receiveWebhooks()
    await using ledger = await createLedger({
      apiKey: 'key',
      webhookSecret: secret,
      outcomes: { [status]: 1 },
      webhooks: { progress: false },
    })
    const provider = providerOf(ledger)
    await provider.place(dialRequest, contextWith(undefined, host.url))
    await ended(ledger, 1)
    await until(() => host.received.length === 1)
    const [{ headers, rawBody, event } = expect.fail()] = host.received
    const request = { method: 'POST', url: host.url, hook: null, headers: headers as Record<string, string>, rawBody: Buffer.from(rawBody) }
    expect(await provider.webhook(request)).toMatchObject({
      kind: 'events',
      events: [{ eventId: event.eventId, attemptId: dialRequest.attemptId, callId: dialRequest.callId, state: { kind: 'ended', outcome } }],
    })
    const forged = { ...request, rawBody: Buffer.from(rawBody.replace(status, 'BUSY ')) }
    expect(await provider.webhook(forged)).toMatchObject({ kind: 'unauthenticated' })
  })
})

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const dialRequest: DialRequest = {
  attemptId: 'call-1.1',
  callId: 'call-1',
  attemptNumber: 1,
  to: '+12025550123',
  from: null,
  scriptId: 'welcome',
  variables: {},
  metadata: {},
  providerOptions: {},
  tenant: null,
}
const placedAttempt: PlacedAttempt = { ...dialRequest, sentAt: new Date(0), providerCallId: null, providerState: {} }

function providerOf(ledger: Ledger): HttpProvider {
  return new HttpProvider({ baseUrl: ledger.url, apiKey: 'key', webhookSecrets: [secret], get: true, find: true, hangUp: true })
}

function contextWith(signal = AbortSignal.timeout(10_000), webhookUrl: string | null = null): ProviderContext {
  return { signal, maxDurationMs: 900_000, webhookUrl: () => webhookUrl }
}
