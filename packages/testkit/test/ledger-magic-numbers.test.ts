import { describe, expect, it } from 'vitest'
import { createLedger, type EndStatus, type Ledger } from '../src/ledger/index.ts'
import { dial, dialInVain, ended, receiveWebhooks, until } from './ledger-caller.ts'

describe('a magic number', () => {
  it.each([
    ['0001', 'NO_ANSWER'],
    ['0002', 'BUSY'],
    ['0005', 'VOICEMAIL'],
  ] as const)('that ends in %s ends as %s, whatever the weights and the faults', async (digits, status) => {
    await using ledger = await createLedger({ magicNumbers: true, outcomes: { FAILED: 1 }, faults: { error: 1 } })
    await dial(ledger.url, { to: `+1202555${digits}` })
    await ended(ledger, 1)
    expect(await endsOf(ledger)).toEqual([status])
  })

  it('that ends in 0003 is rejected at once', async () => {
    await using ledger = await magicLedger()
    expect((await dial(ledger.url, { to: '+12025550003' })).status).toBe(422)
  })

  it('that ends in 0004 fails twice, then completes', async () => {
    await using ledger = await magicLedger()
    for (const attempt of [1, 2, 3]) {
      await dial(ledger.url, { attemptId: `call-1.${attempt}`, to: '+12025550004' })
      await ended(ledger, attempt)
    }
    expect(await endsOf(ledger)).toEqual(['FAILED', 'FAILED', 'COMPLETED'])
  })

  it('that ends in 0006 rings without an answer, and answers the repeat', async () => {
    await using ledger = await magicLedger()
    await dialInVain(ledger, { to: '+12025550006' })
    expect((await dial(ledger.url, { to: '+12025550006' })).status).toBe(200)
    expect((await ledger.report()).rings).toHaveLength(1)
  })

  it('that ends in 0007 completes without a word', async () => {
    await using host = await receiveWebhooks()
    await using ledger = await magicLedger()
    await dial(ledger.url, { to: '+12025550007', callbackUrl: host.url })
    await ended(ledger, 1)
    await dial(ledger.url, { attemptId: 'call-2.1', to: '+12025550199', callbackUrl: host.url })
    await until(() => host.received.length === 3)
    expect(host.received.filter(({ event }) => event.callId === 'call-1')).toEqual([])
    expect(await endsOf(ledger)).toContain('COMPLETED')
  })

  it('that ends in 0008 is told twice, before the answer', async () => {
    await using host = await receiveWebhooks()
    await using ledger = await magicLedger()
    await dial(ledger.url, { to: '+12025550008', callbackUrl: host.url })
    expect(host.statuses()).toEqual(['RINGING', 'RINGING', 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED', 'COMPLETED'])
  })

  it('that ends in 0009 is throttled once', async () => {
    await using ledger = await magicLedger()
    expect((await dial(ledger.url, { attemptId: 'call-1.1', to: '+12025550009' })).status).toBe(429)
    expect((await dial(ledger.url, { attemptId: 'call-1.2', to: '+12025550009' })).status).toBe(201)
  })

  it('is a number like any other where they are off', async () => {
    await using ledger = await createLedger()
    expect((await dial(ledger.url, { to: '+12025550003' })).status).toBe(201)
  })
})

function magicLedger(): Promise<Ledger> {
  return createLedger({ magicNumbers: true, dedupe: true })
}

async function endsOf(ledger: Ledger): Promise<readonly (EndStatus | undefined)[]> {
  return (await ledger.report()).rings.map(({ end }) => end?.status)
}
