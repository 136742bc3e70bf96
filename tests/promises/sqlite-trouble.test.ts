import { type CallOrchestrator, isEbraError } from '@ebra/core'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { allCalls, allEnded, innocent, judge } from './judgement.ts'
import { keepResult } from './results.ts'
import { createScene } from './scene.ts'
import { claimTimesOf } from './sending-times.ts'
import { patience, sized } from './size.ts'
import { limitedBy, smallDisk } from './small-disk.ts'
import { receiveWebhooks } from './webhook-server.ts'
import { orchestratorOf } from './worker-settings.ts'

const locks = sized(1, 10)
const lockedMs = sized(4_000, 10_000)
const fillings = sized(1, 5)
const conduct = { staleAfterMs: 30_000 }

describe('a SQLite file', () => {
  it.concurrent('that somebody holds locked is waited for by who can wait, and refuses the others by STORE_UNAVAILABLE: nothing is dialed, nothing lost', {
    timeout: patience(120_000),
  }, async () => {
    await using scene = await createScene({ database: 'SQLite', conduct })
    const { database } = scene.settings
    if (database.kind !== 'SQLite') throw new Error('not the database that was asked for')
    await using worker = scene.startWorker()
    await worker.said('started')
    let refusals = 0
    let longestMs = 0
    const lockedSpans: { readonly fromMs: number; readonly untilMs: number }[] = []
    for (let lock = 0; lock < locks; lock++) {
      await scene.enqueue(20)
      using _lock = lockExclusively(database.file)
      const fromMs = Date.now()
      const untilMs = fromMs + lockedMs
      while (Date.now() < untilMs) {
        const askedMs = Date.now()
        refusals += (await isRefused(scene.enqueue(1))) ? 1 : 0
        longestMs = Math.max(longestMs, Date.now() - askedMs)
      }
      lockedSpans.push({ fromMs, untilMs })
    }
    expect(refusals).toBeGreaterThanOrEqual(locks)
    await allEnded(scene)

    expect(await judge(scene)).toEqual(innocent)
    const claimedWhileLocked = (await claimTimesOf(scene)).filter((at) =>
      lockedSpans.some(({ fromMs, untilMs }) => at > fromMs && at < untilMs),
    )
    expect(claimedWhileLocked).toEqual([])
    expect(await allCalls(scene.office)).toHaveLength(locks * 20)
    expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null })
    keepResult({
      row: 16,
      promise: `A SQLite file is held locked for ${lockedMs / 1_000} s`,
      n: locks,
      result: `${refusals} enqueues refused by STORE_UNAVAILABLE after ${longestMs} ms at the latest, 0 dials of calls that were not claimed before, 0 of ${locks * 20} calls lost, 0 slots left`,
    })
  })

  it.concurrent(`that has no room any more, by ${limitedBy}, refuses by STORE_UNAVAILABLE, and goes on when there is room`, {
    timeout: patience(120_000),
  }, async () => {
    let calls = 0
    for (let filling = 0; filling < fillings; filling++) {
      await using disk = smallDisk()
      await using scene = await createScene({ database: { kind: 'SQLite', file: disk.file }, conduct })
      await using dialer = orchestratorOf(scene.settings)
      const errors: unknown[] = []
      dialer.on('error', ({ error }) => void errors.push(error))
      await using _webhooks = await receiveWebhooks(dialer, scene.settings.conduct.publicUrl ?? '')
      await dialer.start()
      const accepted = await fill(scene.office)
      await until(async () => errors.some((error) => isEbraError(error, 'STORE_UNAVAILABLE')))
      const { posts } = await scene.ledger.summary()
      disk.enlarge()
      await scene.enqueue(1)
      await allEnded(scene)
      expect(await judge(scene)).toEqual(innocent)
      expect(await allCalls(scene.office)).toHaveLength(accepted + 1)
      expect(posts).toBeLessThanOrEqual(accepted)
      calls += accepted + 1
    }
    keepResult({
      row: 16,
      promise: `A SQLite file has no room any more, by ${limitedBy}`,
      n: fillings,
      result: `refused by STORE_UNAVAILABLE each time; 0 rings without a committed intent, 0 of ${calls} calls lost, 0 slots left`,
    })
  })
})

/** Takes the one write lock of the file, by a connection that nobody else knows. */
function lockExclusively(file: string): Disposable {
  const connection = new BetterSqlite3(file, { timeout: 5_000 })
  connection.exec('begin exclusive')
  return { [Symbol.dispose]: () => void connection.close() }
}

/** Enqueues large calls until one is refused, and answers how many were not. */
async function fill(office: CallOrchestrator): Promise<number> {
  const metadata = { notes: 'x'.repeat(15_000) }
  for (let accepted = 0; ; accepted++) {
    const to = `+4940${String(accepted).padStart(8, '0')}`
    if (await isRefused(office.enqueue({ to, scriptId: 'welcome', metadata }))) return accepted
  }
}

/** Whether the database could not take it. Anything else that goes wrong is thrown on. */
async function isRefused(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return false
  } catch (error) {
    if (!isEbraError(error, 'STORE_UNAVAILABLE')) throw error
    return true
  }
}
