import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { spawnLedger } from '@ebra/testkit/ledger'
import { describe, expect, it } from 'vitest'
import { freePort } from '../e2e/free-port.ts'
import { until } from '../e2e/until.ts'
import { allAttempts, allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { patience, sized } from './size.ts'
import { databaseKinds } from './worker-settings.ts'

const concurrency = 20
/** Time enough for a busy machine to send within the window. */
const conduct = { concurrency, staleAfterMs: 30_000 }
const calls = sized(60, 10_000)
const downMs = sized(4_000, 600_000)

/** Failures before a byte of the dial could leave, and what calls say of them. */
const failures = {
  'a port where nobody listens': { words: /ECONNREFUSED/, address: async () => `http://127.0.0.1:${await freePort()}` },
  'a name that does not resolve': { words: /ENOTFOUND|EAI_AGAIN/, address: async () => 'http://platform.invalid' },
  'an https address where nobody speaks TLS': { words: /wrong version number/, address: (port: number) => `https://127.0.0.1:${port}` },
}

describe.each(databaseKinds)('a platform that cannot be reached, with calls in %s', (database) => {
  it.concurrent.each(Object.keys(failures) as (keyof typeof failures)[])(
    'for it is %s: every call is put back and has spent nothing, and is dialed once the address is right',
    { timeout: patience(60_000) },
    async (failure) => {
      await using scene = await createScene({ database, conduct })
      await using server = await talksPlainText()
      const { words, address } = failures[failure]
      const platform = { baseUrl: await address(server.port) }
      const misled = scene.startWorker({ platform })
      await scene.enqueue(10)
      await until(async () =>
        (await scene.office.control()).gates.some(({ reason, opensInMs }) => reason === 'unreachable' && opensInMs !== null),
      )
      expect(await misled.end('SIGTERM')).toEqual({ code: 0, signal: null })

      const putBack = await allCalls(scene.office)
      expect(putBack.filter(({ status, attempts }) => status !== 'PENDING' || attempts !== 0)).toEqual([])
      expect(putBack.some(({ lastError }) => words.test(lastError?.message ?? ''))).toBe(true)
      await using _worker = scene.startWorker()
      await allEnded(scene)
      expect(await judge(scene)).toEqual(innocent)
      expect((await allCalls(scene.office)).filter(({ attempts }) => attempts !== 1)).toEqual([])
    },
  )

  it.concurrent('for it is down: no call spends an attempt, one at a time probes, and all complete when it is back', {
    timeout: patience(60_000),
  }, async () => {
    await using scene = await createScene({ database, conduct })
    const { ledger, office } = scene
    await ledger.kill()
    await using _worker = scene.startWorker()
    await scene.enqueue(calls)
    await until(async () => (await office.control()).gates.length > 0)
    await pause(downMs)

    const dialed = await allAttempts(office)
    expect(dialed.filter(({ status, putBack }) => status === 'ENDED' && !putBack)).toEqual([])
    const dials = dialed.reduce((sum, { attemptNumber }) => sum + attemptNumber, 0)
    expect(dials).toBeLessThan(2 * concurrency + downMs / 1_000)
    await using _back = await spawnLedger({ file: ledger.file, port: Number(new URL(ledger.url).port) })
    await allEnded(scene)
    expect(await judge(scene)).toEqual(innocent)
    const ended = await allCalls(office)
    expect(ended.filter(({ status, attempts }) => status !== 'COMPLETED' || attempts !== 1)).toEqual([])
    keepResult({
      row: 4,
      promise: `The platform is down for ${downMs / 1_000} s, with ${database}`,
      n: calls,
      result: `0 attempts spent by ${calls} calls, ${dials} probes, ${ended.length} calls completed by their first attempt`,
    })
  })
})

/** A server that takes connections and says something that is no TLS. */
async function talksPlainText(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, [Symbol.asyncDispose]: async () => void server.close() }
}
