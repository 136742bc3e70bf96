import { createLedger, type LedgerOptions, type PlaceMode, placeModes } from '@ebra/testkit/ledger'
import { expect, onTestFinished, test } from 'vitest'
import type { PlacedAttempt } from '../../src/domain/attempt.ts'
import type { WebhookRequest, WebhookResult } from '../../src/ports/provider.ts'
import { HttpProvider } from '../../src/providers/http-provider.ts'
import { callContext, placedAttempt, secret } from './dial-fixtures.ts'
import { httpServer } from './servers.ts'
import { dialTo, eventually } from './simulated-setup.ts'

/** An HttpProvider that dials through the ring ledger, and what it made of the webhooks that came. */
async function setup(options: LedgerOptions = {}) {
  const ledger = await createLedger({ apiKey: 'key-1', webhookSecret: secret, ...options })
  onTestFinished(() => ledger.close())
  const provider = new HttpProvider({ baseUrl: ledger.url, apiKey: 'key-1', webhookSecrets: [secret], get: true, find: true, hangUp: true })
  const results: WebhookResult[] = []
  const host = await httpServer((response, { method, url, headers, body }) => {
    const request: WebhookRequest = {
      method,
      url: `${host.url}${url}`,
      hook: null,
      headers: headers as Record<string, string>,
      rawBody: Buffer.from(body),
    }
    results.push(provider.webhook(request))
    response.end('{}')
  })
  const context = (signal = AbortSignal.timeout(10_000)) =>
    callContext({ signal, webhookUrl: () => `${host.url}/callbacks?attempt=c.1&tag=t` })
  return { ledger, provider, context, states: () => results.map((result) => (result.kind === 'events' ? result.events[0]?.state : result)) }
}

const attemptOf = (providerCallId: string): PlacedAttempt & { readonly providerCallId: string } => ({
  ...placedAttempt(dialTo('0100')),
  providerCallId,
})

test('a call through the ledger is placed, followed by signed webhooks, and known by both its ids', async () => {
  const { provider, context, states } = await setup()
  const placed = await provider.place(dialTo('0100'), context())
  if (placed.kind !== 'accepted' || placed.providerCallId === null) return expect.unreachable(JSON.stringify(placed))
  await eventually(() => expect(states()).toHaveLength(3))
  expect(states()).toMatchObject([{ phase: 'ringing' }, { phase: 'answered' }, { kind: 'ended', outcome: 'completed' }])
  const found = { kind: 'found', providerCallId: placed.providerCallId, state: { kind: 'ended', outcome: 'completed' } }
  expect(await provider.get?.(attemptOf(placed.providerCallId), context())).toMatchObject(found)
  expect(await provider.find?.(attemptOf(placed.providerCallId), context())).toMatchObject(found)
})

test('a call that rang while its dial hung is unknown, and found by its attempt', async () => {
  const { ledger, provider, context } = await setup({ mode: 'ringThenHang', durationMs: 60_000 })
  expect((await provider.place(dialTo('0100'), context(AbortSignal.timeout(200)))).kind).toBe('unknown')
  expect((await ledger.report()).rings).toHaveLength(1)
  expect(await provider.find?.(placedAttempt({ ...dialTo('0100'), providerCallId: null }), context())).toMatchObject({
    kind: 'found',
    state: { kind: 'live' },
  })
})

test('an attempt that never reached the ledger is absent', async () => {
  const { provider, context } = await setup()
  expect(await provider.find?.(placedAttempt({ attemptId: 'never.1', providerCallId: null }), context())).toEqual({ kind: 'absent' })
  expect(await provider.get?.(attemptOf('never'), context())).toEqual({ kind: 'absent' })
})

test('a call that is hung up ends canceled', async () => {
  const { provider, context, states } = await setup({ durationMs: 60_000 })
  const placed = await provider.place(dialTo('0100'), context())
  if (placed.kind !== 'accepted' || placed.providerCallId === null) return expect.unreachable(JSON.stringify(placed))
  expect(await provider.hangUp?.(attemptOf(placed.providerCallId), context())).toEqual({ kind: 'requested' })
  await eventually(() => expect(states().at(-1)).toMatchObject({ kind: 'ended', outcome: 'canceled' }))
})

test('a wrong key is the fault of nobody but the configuration', async () => {
  const { provider, context } = await setup({ apiKey: 'another' })
  expect(await provider.place(dialTo('0100'), context())).toMatchObject({ kind: 'blocked', scope: 'provider' })
})

const kinds: Record<PlaceMode, string> = {
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

test.each(Object.entries(kinds))('a dial that the ledger treats as %s is %s, and one that is refused never rang', async (mode, kind) => {
  const { ledger, provider, context } = await setup({ mode: mode as PlaceMode, slowMs: 20, durationMs: 60_000 })
  const result = await provider.place(dialTo('0100'), context(AbortSignal.timeout(1_000)))
  const { rings } = await ledger.report()
  expect({ kind: result.kind, rings: rings.length }).toEqual({ kind, rings: placeModes[mode as PlaceMode].rings ? 1 : 0 })
})
