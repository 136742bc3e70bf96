import { deepEqual, equal } from 'node:assert/strict'
import type { ParkedEvent } from '@ebra/core'
import { anEvent, keyOf } from '../events.ts'
import { assertSame } from '../expectations.ts'
import type { Scene } from '../scene.ts'
import { storeCases } from '../store-case.ts'
import { accepted, writeOf } from '../writes.ts'

/** Events that came too early wait for their attempt. */
export const parking = storeCases('parked events', {
  'an event is joined to its attempt once that exists, by whatever it names': async (setup) => {
    const { store, worker } = await setup()
    const { call } = await worker.dial()
    await worker.write(writeOf(await worker.attempt(`${call.id}.1`), { providerCallId: 'p-1', aliases: ['CA-1'] }))
    const events = [
      anEvent({ attemptId: `${call.id}.1` }),
      anEvent({ callId: call.id }),
      anEvent({ providerCallIds: ['p-1'] }),
      anEvent({ providerCallIds: ['unknown', 'CA-1'] }),
    ]
    await worker.turn({ parked: events })
    deepEqual(namesOf(await store.findJoinable({ limit: 10 })), namesOf(events))
  },

  'an event that names nothing we know is not joinable': async (setup) => {
    const { store, worker } = await setup()
    const { call } = await worker.dial()
    await worker.turn({
      parked: [
        anEvent({ attemptId: `${call.id}.2` }),
        anEvent({ callId: 'no-such-call' }),
        anEvent({ providerCallIds: ['unknown'] }),
        anEvent(),
      ],
    })
    deepEqual(await store.findJoinable({ limit: 10 }), [])
  },

  'an event becomes joinable with the write that records the id it names': async (setup) => {
    const { store, worker } = await setup()
    const claimed = await worker.dial()
    const event = anEvent({ providerCallIds: ['p-1'] })
    await worker.turn({ parked: [event] })
    deepEqual(await store.findJoinable({ limit: 10 }), [])
    await worker.write(accepted(claimed, 'p-1'))
    deepEqual(await store.findJoinable({ limit: 10 }), [event])
  },

  'the turn that records the id tells that an event may be joined, and so does every turn after it': async (setup) => {
    const { worker } = await setup()
    const claimed = await worker.dial()
    equal((await worker.turn()).mayJoin, false)
    await worker.turn({ parked: [anEvent({ providerCallIds: ['p-1'] })] })
    equal((await worker.turn({ writes: [accepted(claimed, 'p-1')] })).mayJoin, true)
    equal((await worker.turn()).mayJoin, true)
  },

  "a provider's id means nothing in another provider's event": async (setup) => {
    const { store, worker } = await setup()
    await worker.write(accepted(await worker.dial(), 'p-1'))
    await worker.turn({ parked: [anEvent({ providerCallIds: ['p-1'] }, 'other')] })
    deepEqual(await store.findJoinable({ limit: 10 }), [])
  },

  'an event comes back exactly as it was parked, instants included': async (setup) => {
    const { store, worker } = await setup()
    const { call } = await worker.dial()
    const event = anEvent({
      eventId: 'evt/ü 1',
      at: new Date('2030-01-01T00:00:01.234Z'),
      callId: call.id,
      providerCallIds: ['p-1', 'p-2'],
      state: {
        kind: 'ended',
        outcome: 'voicemail',
        details: {
          answeredAt: new Date('2030-01-01T00:00:02.345Z'),
          endedAt: new Date('2030-01-01T00:00:03.456Z'),
          durationSec: 1.111,
          cost: { amount: '0.10', currency: 'EUR' },
          data: { answeredAt: '2030-01-01T00:00:02.345Z', z: 1, a: 2 },
        },
      },
    })
    const refusal = { kind: 'throttled', code: 'c', message: 'm', retryAfterMs: 5 } as const
    const others = [
      anEvent({ callId: call.id, state: { kind: 'refused', refusal } }),
      anEvent({
        callId: call.id,
        state: { kind: 'details', outcome: 'voicemail', details: { endedAt: new Date('2030-01-01T00:00:04.567Z') } },
      }),
    ]
    await worker.turn({ parked: [event, ...others] })
    deepEqual(await store.findJoinable({ limit: 10 }), [event, ...others])
  },

  'joinable events come oldest first, as many as asked for': async (setup) => {
    const { store, clock, park } = await withACall(await setup())
    const events: ParkedEvent[] = []
    for (let second = 0; second < 4; second += 1) {
      events.push(await park())
      clock.advance(1_000)
    }
    deepEqual(namesOf(await store.findJoinable({ limit: 3 })), namesOf(events.slice(0, 3)))
  },

  'an event that was looked at gives way to others for five seconds': async (setup) => {
    const { store, clock, park } = await withACall(await setup())
    const looked = await park()
    deepEqual(namesOf(await store.findJoinable({ limit: 1 })), namesOf([looked]))
    const other = await park()
    deepEqual(namesOf(await store.findJoinable({ limit: 1 })), namesOf([other]))
    deepEqual(await store.findJoinable({ limit: 1 }), [])
    clock.advance(5_000)
    deepEqual(namesOf(await store.findJoinable({ limit: 10 })), namesOf([looked, other]))
  },

  'an event is parked once, however often it comes': async (setup) => {
    const { store, worker } = await setup()
    const { call } = await worker.dial()
    const event = anEvent({ callId: call.id })
    await worker.turn({ parked: [event, event] })
    await worker.turn({ parked: [event] })
    deepEqual(await store.findJoinable({ limit: 10 }), [event])
    equal((await store.readMetrics()).parkedWebhooks, 1)
  },

  'two providers may use one name for different events': async (setup) => {
    const { store, worker } = await setup()
    await worker.turn({ parked: [anEvent({ eventId: 'e' }), anEvent({ eventId: 'e' }, 'other')], seen: [] })
    equal((await store.readMetrics()).parkedWebhooks, 2)
    await worker.turn({ unparked: [{ provider: 'other', eventId: 'e' }] })
    equal((await store.readMetrics()).parkedWebhooks, 1)
  },

  'an event that was applied is parked no longer': async (setup) => {
    const { store, worker, park } = await withACall(await setup())
    const [applied, kept] = [await park(), await park()]
    await worker.turn({ unparked: [keyOf(applied), { provider: 'sim', eventId: 'never parked' }] })
    deepEqual(namesOf(await store.findJoinable({ limit: 10 })), namesOf([kept]))
  },
})

/** An event that came twice is recognised. */
export const seenEvents = storeCases('events that were seen', {
  'an event is seen once a turn says so': async (setup) => {
    const { worker } = await setup()
    const keys = ['e-1', 'e-2', 'ü'.repeat(200)].map((eventId) => ({ provider: 'sim', eventId }))
    await worker.turn({ seen: keys.slice(1) })
    assertSame(
      (await worker.seenAmong(keys)).map(({ eventId }) => eventId),
      keys.slice(1).map(({ eventId }) => eventId),
    )
  },

  'an event may be seen again, in one turn and in many': async (setup) => {
    const { worker } = await setup()
    const key = { provider: 'sim', eventId: 'e-1' }
    await worker.turn({ seen: [key, key] })
    await worker.turn({ seen: [key] })
    deepEqual(await worker.seenAmong([key]), [key])
  },

  'an event of one provider is not that of another': async (setup) => {
    const { worker } = await setup()
    await worker.turn({ seen: [{ provider: 'sim', eventId: 'e-1' }] })
    deepEqual(
      await worker.seenAmong([
        { provider: 'other', eventId: 'e-1' },
        { provider: 'sim', eventId: 'E-1' },
      ]),
      [],
    )
    deepEqual(await worker.seenAmong([]), [])
  },

  'a write that holds and one that misses each keep to their own events': async (setup) => {
    const { worker } = await setup()
    const [one, two] = [await worker.dial(), await worker.dial()]
    await worker.write(accepted(two))
    await worker.turn({
      writes: [
        { ...accepted(one), seen: ['e-1'] },
        { ...accepted(two), seen: ['e-2'] },
      ],
    })
    const keys = ['e-1', 'e-2'].map((eventId) => ({ provider: 'sim', eventId }))
    deepEqual(await worker.seenAmong(keys), [keys[0]])
  },

  'events are seen under the provider of the attempt that they led to': async (setup) => {
    const { worker } = await setup()
    await worker.enqueue({ provider: 'other' })
    const claimed = await worker.claimOne({ providers: [{ name: 'other', placeTimeoutMs: 1_000, maxConcurrent: null }] })
    await worker.write({ ...accepted(claimed), seen: ['e-1'] })
    const keys = ['sim', 'other'].map((provider) => ({ provider, eventId: 'e-1' }))
    deepEqual(await worker.seenAmong(keys), [keys[1]])
  },
})

/** A call that was dialed, and a way to park events that name it. */
async function withACall(scene: Scene) {
  const { call } = await scene.worker.dial()

  async function park(): Promise<ParkedEvent> {
    const event = anEvent({ callId: call.id })
    await scene.worker.turn({ parked: [event] })
    return event
  }

  return { ...scene, park }
}

function namesOf(events: readonly ParkedEvent[]): readonly string[] {
  return events.map(({ event }) => event.eventId)
}
