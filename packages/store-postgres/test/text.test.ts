import { afterAll, beforeAll, expect, test } from 'vitest'
import { setTheScene } from './scene.ts'
import { Schemas } from './schemas.ts'
import { accepted } from './writes.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

test('a platform that says NUL, or half a character, fails no turn', async () => {
  const { store, worker } = await setTheScene(schemas).process()
  await store.writeControl({ configured: 1 })
  const claimed = await worker.dial()
  const write = accepted(claimed)
  const reason = 'busy\0 \ud83d!'
  await worker.turn({
    writes: [{ ...write, next: { ...write.next, details: { reason, data: { '\\u0000': reason } } } }],
    parked: [{ provider: 'sim', event: { eventId: 'e\0', at: null, callId: claimed.call.id, state: { kind: 'live', phase: 'ringing' } } }],
  })
  const { attempt } = await worker.attempt(claimed.attempt.attemptId)
  expect(attempt.details).toEqual({ reason: 'busy\ufffd \ufffd!', data: { '\\u0000': 'busy\ufffd \ufffd!' } })
  expect((await store.findJoinable({ limit: 1 }))[0]?.event.eventId).toBe('e\ufffd')
})
