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

test('text comes back as it was given, whatever means something in the notation of rows', async () => {
  const { store, worker } = await setTheScene(schemas).process()
  await store.writeControl({ configured: 10 })
  const texts = [
    '"',
    '\\',
    '\\"\\\\"',
    '{}',
    '{a,b}',
    '(,)',
    'a,b',
    ' ',
    'NULL',
    'null',
    '\n\t',
    "it's $1 %s",
    '👋 ü',
    '\\N',
    '""',
    '()"\\',
  ]
  const inserted = await worker.enqueueAll(
    texts.map((text) => ({ scriptId: text, tenant: text, metadata: { [text]: [text] }, variables: { text } })),
  )
  expect(await Promise.all(inserted.map(({ id }) => worker.call(id)))).toEqual(inserted)
  const claimed = await worker.claim({ limit: 1 })
  for (const record of claimed) {
    const error = { code: 'c', message: texts.join() }
    const next = {
      ...accepted(record).next,
      providerCallId: texts.join('|'),
      aliases: texts,
      error,
      providerState: { texts },
      details: { reason: texts.join() },
    }
    const { attempt } = await worker.write({ ...accepted(record), next })
    expect(attempt).toMatchObject(next)
    const { found } = await store.lookUp({ providerCallIds: texts.map((id) => ({ provider: 'sim', id })) })
    expect(found.map(({ attempt: { attemptId } }) => attemptId)).toEqual([attempt.attemptId])
  }
})
