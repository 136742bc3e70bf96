import { expect, test } from 'vitest'
import { withinDeadline } from '../../src/http/deadline.ts'

test('an answer in time is the answer', async () => {
  await expect(withinDeadline(Promise.resolve(7), 10_000)).resolves.toBe(7)
  await expect(withinDeadline(Promise.reject(new Error('no')), 10_000)).rejects.toThrow('no')
})

test('an answer that never comes is STORE_UNAVAILABLE', async () => {
  await expect(withinDeadline(new Promise(() => {}), 1)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: 'The store did not answer within 1 ms.',
  })
})

test('a failure that comes too late is nobody’s concern', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const { promise, reject } = Promise.withResolvers<never>()

  await expect(withinDeadline(promise, 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  reject(new Error('late'))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', listen)

  expect(unhandled).toEqual([])
})
