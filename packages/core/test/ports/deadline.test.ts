import { getEventListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { withDeadline } from '../../src/ports/deadline.ts'

test('work is told when its time is up', async () => {
  const reason: unknown = await withDeadline(1, null, aborted)
  expect(reason).toMatchObject({ name: 'TimeoutError' })
})

test('work is told when it is cut off, and why', async () => {
  const cutOff = new AbortController()
  const reason = withDeadline(60_000, cutOff.signal, aborted)
  cutOff.abort('stopping')
  expect(await reason).toBe('stopping')
})

test('work that begins after the cut-off has no time left', async () => {
  expect(await withDeadline(60_000, AbortSignal.abort(), async (signal) => signal.aborted)).toBe(true)
})

test('nothing is kept of work that is done: neither its timer nor a listener', async () => {
  const cutOff = new AbortController()
  const done = await withDeadline(5, cutOff.signal, async (signal) => signal)
  await expect(withDeadline(5, cutOff.signal, () => Promise.reject(new Error('It failed.')))).rejects.toThrow('It failed.')

  expect(getEventListeners(cutOff.signal, 'abort')).toEqual([])
  await pause(20)
  cutOff.abort()
  expect(done.aborted).toBe(false)
})

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)))
}
