import { describe, expect, it } from 'vitest'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'
import { createToldPlatform } from './told-platform.ts'
import { databaseKinds } from './worker-settings.ts'

const secondMs = 1_000
const hourMs = 3_600 * secondMs
const dayMs = 24 * hourMs

/** How old an event is when it comes again. */
const ages = { 'a second': secondMs, 'an hour': hourMs, 'six days and 23 hours': 7 * dayMs - hourMs }
const calls = sized(3, 100)

describe.each(databaseKinds)('an event that comes again, with %s', (database) => {
  it('changes nothing for a week, however it is signed', { timeout: patience(60_000) }, async () => {
    await using platform = await createToldPlatform(database)
    const { clock, deliver, signed, rowsOf, events } = platform
    const told = await Promise.all(
      Array.from({ length: calls }, async (_, index) => {
        const callId = await platform.liveCall(`+4930${20_000_000 + index}`)
        // Heard a second time, the first would undo what the second has put right.
        const first = { eventId: `first-${callId}`, callId, status: 'COMPLETED', durationSec: 42, summary: 'The first word.' }
        const second = { eventId: `second-${callId}`, callId, status: 'COMPLETED', durationSec: 43, summary: 'The last word.' }
        const captured = signed(first)
        expect([await deliver(captured), await deliver(signed(second))]).toEqual([200, 200])
        return { callId, first, captured }
      }),
    )
    const before = await Promise.all(told.map(({ callId }) => rowsOf(callId)))
    expect(before.map(({ call }) => [call?.status, call?.durationSec])).toEqual(Array(calls).fill(['COMPLETED', 43]))
    events.length = 0
    let replays = 0
    const begun = clock.now().getTime()
    for (const ageMs of Object.values(ages)) {
      clock.advance(begun + ageMs - clock.now().getTime())
      for (const { first, captured } of told) {
        expect(await deliver(signed(first))).toBe(200)
        // The very bytes that somebody overheard are old as well, from the sixth minute on.
        expect(await deliver(captured)).toBe(ageMs < 300 * secondMs ? 200 : 401)
        replays += 2
      }
    }
    expect(await Promise.all(told.map(({ callId }) => rowsOf(callId)))).toEqual(before)
    expect(new Set(events)).toEqual(new Set(['webhook.received', 'webhook.rejected']))
    keepResult({
      row: 'security',
      promise: `An event comes again after ${Object.keys(ages).join(', ')}, with ${database}`,
      n: replays,
      result: `0 of ${calls} calls changed`,
    })
  })

  it('is an event like any other after a week: it may describe the call anew, and never moves it', {
    timeout: patience(60_000),
  }, async () => {
    await using platform = await createToldPlatform(database)
    const { clock, deliver, signed, rowsOf } = platform
    const callId = await platform.liveCall('+493030000000')
    await deliver(signed({ eventId: 'first', callId, status: 'COMPLETED', durationSec: 42 }))
    await deliver(signed({ eventId: 'second', callId, status: 'COMPLETED', durationSec: 43 }))
    const { call: before } = await rowsOf(callId)
    clock.advance(8 * dayMs)
    await platform.swept()
    await deliver(signed({ eventId: 'first', callId, status: 'COMPLETED', durationSec: 42 }))
    const { call: after } = await rowsOf(callId)
    expect(after).toEqual({ ...before, durationSec: 42, updatedAt: after?.updatedAt })
  })
})
