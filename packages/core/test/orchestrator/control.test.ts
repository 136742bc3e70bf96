import { ManualClock } from '@ebra/core/testing'
import { describe, expect, it } from 'vitest'
import { accepted, scriptedProvider, setup, typesOf, until } from './setup.ts'

const call = { to: '+12025550123', scriptId: 'welcome' }

describe('a call', () => {
  it('is enqueued once under one key, and refused with other input', async () => {
    const { orchestrator } = setup()
    const input = { ...call, idempotencyKey: 'order-7' }
    const results = await Promise.all(Array.from({ length: 50 }, () => orchestrator.enqueue(input)))
    expect(new Set(results.map(({ call: { id } }) => id)).size).toBe(1)
    expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1)
    await expect(orchestrator.enqueue({ ...input, scriptId: 'other' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  it('can be changed while it is PENDING, and only then', async () => {
    const { orchestrator, events } = setup()
    const { call: enqueued } = await orchestrator.enqueue({ ...call, scheduledAt: new Date('2100-01-01') })
    expect(await orchestrator.update(enqueued.id, { to: '+12025550199', priority: 5 })).toMatchObject({
      to: '+12025550199',
      priority: 5,
      nextAttemptAt: new Date('2100-01-01'),
    })
    await orchestrator.start()
    await orchestrator.update(enqueued.id, { scheduledAt: null })
    await until(() => events.some(({ type }) => type === 'attempt.placed'))
    await expect(orchestrator.update(enqueued.id, { priority: 1 })).rejects.toMatchObject({
      code: 'CALL_NOT_PENDING',
      message: `Call "${enqueued.id}" cannot be updated: it is IN_PROGRESS. Only PENDING calls can be changed.`,
    })
  })

  it('that is PENDING is canceled at once; a live one is hung up and ends when the provider says so', async () => {
    const provider = scriptedProvider()
    const { orchestrator, events, tell } = setup(provider)
    const { call: pending } = await orchestrator.enqueue({ ...call, scheduledAt: new Date('2100-01-01') })
    expect(await orchestrator.cancel(pending.id)).toMatchObject({ status: 'CANCELED' })
    await orchestrator.start()
    const { call: live } = await orchestrator.enqueue(call)
    await until(() => events.some(({ type }) => type === 'attempt.placed'))
    expect(await orchestrator.cancel(live.id)).toMatchObject({ status: 'IN_PROGRESS', cancelRequestedAt: expect.any(Date) })
    await until(() => provider.hangUps.length > 0)
    await tell({ attemptId: `${live.id}.1`, state: { kind: 'ended', outcome: 'busy' } })
    expect(await orchestrator.get(live.id)).toMatchObject({ status: 'CANCELED' })
    await expect(orchestrator.cancel(live.id)).rejects.toMatchObject({ code: 'CALL_ENDED' })
  })

  it('that ended long enough ago is pruned with all its like, and no other', async () => {
    const clock = new ManualClock()
    const { orchestrator } = setup(scriptedProvider(), { clock })
    const inputs = Array.from({ length: 2_001 }, (_, index) => ({ to: `+1202556${1000 + index}`, scriptId: 'old' }))
    await orchestrator.enqueueMany(inputs)
    await orchestrator.cancelMany({ scriptId: 'old' })
    clock.advance(60_000)
    const { call: young } = await orchestrator.enqueue(call)
    await orchestrator.cancel(young.id)
    const { call: waiting } = await orchestrator.enqueue(call)
    await expect(orchestrator.prune({ olderThan: 'yesterday' as never })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    expect(await orchestrator.prune({ olderThan: new Date(clock.now().getTime() - 30_000) })).toEqual({ pruned: 2_001 })
    expect((await orchestrator.list()).items.map(({ id }) => id)).toEqual([waiting.id, young.id])
  })

  it('that has ended can be retried as a new one, and erased', async () => {
    const { orchestrator } = setup(scriptedProvider(() => ({ kind: 'ended', outcome: 'completed', details: { summary: 'nice talk' } })))
    await orchestrator.start()
    const { call: first } = await orchestrator.enqueue({ ...call, metadata: { name: 'Ada' } })
    await orchestrator.waitFor(first.id)
    const again = await orchestrator.retry(first.id)
    expect(again).toMatchObject({ retryOf: first.id, status: 'PENDING', metadata: { name: 'Ada' } })
    await orchestrator.erase(first.id)
    expect(await orchestrator.get(first.id)).toMatchObject({ metadata: {}, to: '+00000000', status: 'COMPLETED' })
    expect((await orchestrator.attempts(first.id))[0]?.details).toEqual({})
  })

  it('expires when its deadline passes before anybody dialed it', async () => {
    const { orchestrator, events } = setup()
    await orchestrator.pause()
    await orchestrator.start()
    const { call: enqueued } = await orchestrator.enqueue({ ...call, expiresAt: new Date(Date.now() + 50) })
    expect(await orchestrator.waitFor(enqueued.id)).toMatchObject({ status: 'EXPIRED', attempts: 0 })
    expect(typesOf(events)).toContain('call.expired')
  })
})

describe('the fleet', () => {
  it('claims nothing while it is paused', async () => {
    const provider = scriptedProvider()
    const { orchestrator, events } = setup(provider)
    await orchestrator.start()
    await orchestrator.pause()
    await orchestrator.enqueue(call)
    expect((await orchestrator.control()).gates).toMatchObject([{ scope: '*', reason: 'paused' }])
    expect(provider.dials).toEqual([])
    await orchestrator.resume()
    await until(() => events.some(({ type }) => type === 'attempt.placed'))
    expect(typesOf(events)).toEqual(['gate.closed', 'call.enqueued', 'gate.opened', 'attempt.placed'])
  })

  it('obeys the operator’s cap over the configured one', async () => {
    const provider = scriptedProvider()
    const { orchestrator } = setup(provider)
    await orchestrator.setConcurrency(0)
    await orchestrator.start()
    await orchestrator.enqueue(call)
    expect(await orchestrator.control()).toMatchObject({ configured: 10, override: 0 })
    expect(provider.dials).toEqual([])
    await orchestrator.setConcurrency(null)
    await until(() => provider.dials.length === 1)
  })

  it('stops gracefully: what was claimed and not sent is put back, what was sent and not answered is unconfirmed', async () => {
    const provider = scriptedProvider(() => new Promise(() => {}))
    const { SqliteStore } = await import('@ebra/store-sqlite')
    const store = new SqliteStore({ file: ':memory:' })
    const { orchestrator, events } = setup(provider, { store })
    await orchestrator.start()
    await orchestrator.enqueue(call)
    await until(() => provider.dials.length === 1)
    await orchestrator.stop({ graceMs: 10 })
    expect(typesOf(events)).toContain('attempt.unconfirmed')
    await expect(orchestrator.enqueue(call)).rejects.toMatchObject({ code: 'STOPPED' })
  })
})

describe('a listener', () => {
  it('that throws, or rejects, is told of by error and harms nobody else', async () => {
    const { orchestrator, events } = setup(scriptedProvider(accepted))
    orchestrator.on('call.enqueued', () => {
      throw new Error('sync')
    })
    orchestrator.on('call.enqueued', async () => {
      throw new Error('async')
    })
    await orchestrator.enqueue(call)
    await until(() => typesOf(events).filter((type) => type === 'error').length === 2)
  })
})

describe('wrong options', () => {
  it.each([
    [{ concurency: 3 }, 'new CallOrchestrator: unknown option "concurency". Did you mean "concurrency"?'],
    [{ concurrency: 0 }, 'new CallOrchestrator: concurrency must be an integer from 1 to 100000, got 0.'],
    [{ staleAfterMs: 'soon' }, 'new CallOrchestrator: staleAfterMs must be a number from 1000 to 86400000, got "soon".'],
    [
      { onLost: { silent: 'retyr' } },
      'new CallOrchestrator: onLost.silent must be one of "retry", "expire", "hold", got "retyr". Did you mean "retry"?',
    ],
    [
      { publicUrl: 'example.com' },
      'new CallOrchestrator: publicUrl must be an http or https URL without query, like "https://app.example.com/voice".',
    ],
  ])('are refused with what was expected: %j', (options, message) => {
    expect(() => setup(scriptedProvider(), options as object)).toThrow(message)
  })
})
