import { describe, expect, it } from 'vitest'
import { createLedger } from '../src/ledger/index.ts'
import { dial, ended, json, until } from './ledger-caller.ts'

describe('a look-up by the id of the call', () => {
  it('shows a live call, and its end', async () => {
    await using ledger = await createLedger({ ringMs: 0, durationMs: 30 })
    const { providerCallId } = await json(dial(ledger.url))
    const facts = { providerCallId, attemptId: 'call-1.1', callId: 'call-1' }
    expect(await json(fetch(`${ledger.url}/calls/${providerCallId}`))).toEqual({ ...facts, status: 'IN_PROGRESS' })
    await ended(ledger, 1)
    expect(await json(fetch(`${ledger.url}/calls/${providerCallId}`))).toEqual({ ...facts, status: 'COMPLETED', durationSec: 1 })
  })

  it('of a call that never was is a 404', async () => {
    await using ledger = await createLedger()
    expect((await fetch(`${ledger.url}/calls/nobody`)).status).toBe(404)
  })

  it('is a 501 where it is off', async () => {
    await using ledger = await createLedger({ lookups: { get: false } })
    const { providerCallId } = await json(dial(ledger.url))
    expect((await fetch(`${ledger.url}/calls/${providerCallId}`)).status).toBe(501)
  })
})

describe('a look-up by the attempt', () => {
  it('lists the calls that rang for it', async () => {
    await using ledger = await createLedger({ durationMs: 60_000, ringMs: 60_000 })
    const first = await json(dial(ledger.url))
    const second = await json(dial(ledger.url))
    const facts = { attemptId: 'call-1.1', callId: 'call-1', status: 'RINGING' }
    expect(await json(fetch(`${ledger.url}/calls?attemptId=call-1.1`))).toEqual({
      items: [
        { providerCallId: first['providerCallId'], ...facts },
        { providerCallId: second['providerCallId'], ...facts },
      ],
    })
  })

  it('is an empty list for one that never rang', async () => {
    await using ledger = await createLedger({ mode: 'error' })
    await dial(ledger.url)
    const response = await fetch(`${ledger.url}/calls?attemptId=call-1.1`)
    expect(response.status).toBe(200)
    expect(await json(response)).toEqual({ items: [] })
  })

  it('finds it only after the lag of the index', async () => {
    await using ledger = await createLedger({ lookups: { findLagMs: 60_000 } })
    const list = async () => (await json(fetch(`${ledger.url}/calls?attemptId=call-1.1`)))['items']
    await dial(ledger.url)
    expect(await list()).toEqual([])
    await ledger.switchTo({ lookups: { findLagMs: 1 } })
    await until(async () => ((await list()) as unknown[]).length === 1)
  })

  it('is a 501 where it is off, and a 400 without an attempt', async () => {
    await using ledger = await createLedger()
    expect((await fetch(`${ledger.url}/calls`)).status).toBe(400)
    await ledger.switchTo({ lookups: { find: false } })
    expect((await fetch(`${ledger.url}/calls?attemptId=call-1.1`)).status).toBe(501)
  })
})

describe('a cancel', () => {
  it('ends a live call as CANCELED before it is answered', async () => {
    await using ledger = await createLedger({ durationMs: 60_000 })
    const { providerCallId } = await json(dial(ledger.url))
    const response = await fetch(`${ledger.url}/calls/${providerCallId}/cancel`, { method: 'POST' })
    expect(response.status).toBe(200)
    expect(await json(response)).toMatchObject({ providerCallId, status: 'CANCELED' })
    expect((await ledger.report()).rings).toMatchObject([{ end: { status: 'CANCELED' } }])
  })

  it('of a call that is over is a 409 that shows its end', async () => {
    await using ledger = await createLedger({ ringMs: 0, durationMs: 0 })
    const { providerCallId } = await json(dial(ledger.url))
    await ended(ledger, 1)
    const response = await fetch(`${ledger.url}/calls/${providerCallId}/cancel`, { method: 'POST' })
    expect(response.status).toBe(409)
    expect(await json(response)).toMatchObject({ status: 'COMPLETED' })
  })

  it('of a call that never was is a 404, and a 501 where it is off', async () => {
    await using ledger = await createLedger()
    expect((await fetch(`${ledger.url}/calls/nobody/cancel`, { method: 'POST' })).status).toBe(404)
    await ledger.switchTo({ lookups: { cancel: false } })
    expect((await fetch(`${ledger.url}/calls/nobody/cancel`, { method: 'POST' })).status).toBe(501)
  })
})
