import type { ProviderEvent } from '@ebra/core'
import { aCall } from '@ebra/testkit'
import { expect, it } from 'vitest'
import { completed } from './completed.ts'
import { claimingTurn, openStore } from './open-store.ts'

/** A call that was dialed and completed, then erased. */
async function setup() {
  const opened = await openStore()
  const { store } = opened
  await store.writeControl({ configured: 1 })
  await store.insertCalls({ calls: [aCall({ metadata: { name: 'Ada' } })] })
  const [claimed] = (await store.commitTurn(claimingTurn())).claimed
  if (claimed === undefined) throw new Error('The call should have been claimed.')
  await store.commitTurn(claimingTurn({ writes: [completed(claimed)] }))
  return { ...opened, callId: claimed.call.id, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

it('what a late event tells of an erased call is not kept', async () => {
  await using scene = await setup()
  const { store, callId } = scene
  await store.eraseCall({ callId })
  const { found } = await store.lookUp({ attemptIds: [`${callId}.1`] })
  const writes = found.map((located) => {
    const write = completed(located)
    return { ...write, next: { ...write.next, details: { summary: 'It was Ada.', durationSec: 7 } } }
  })
  expect((await store.commitTurn(claimingTurn({ writes }))).missed).toEqual([])
  expect((await store.findCall({ callId }))?.durationSec).toBeNull()
  expect((await store.listAttempts({ callId }))[0]?.details).toEqual({})
})

it('events that were parked under the names of an erased call are dropped', async () => {
  await using scene = await setup()
  const { store, callId } = scene
  const state: ProviderEvent['state'] = { kind: 'details', details: { transcript: 'Hello, Ada?' } }
  const named = [{ callId }, { attemptId: `${callId}.1` }]
  const parked = named.map((names, index) => ({ provider: 'sim', event: { eventId: `e-${index}`, at: null, state, ...names } }))
  await store.commitTurn(claimingTurn({ parked }))
  await store.eraseCall({ callId })
  expect((await store.readMetrics()).parkedWebhooks).toBe(0)
})
