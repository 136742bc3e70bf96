import type { LocatedAttempt } from '@ebra/core'
import { aCall } from '@ebra/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type Process, setTheScene } from './scene.ts'
import { Schemas } from './schemas.ts'
import { settled } from './writes.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

const numbers = ['+12025550101', '+12025550102', '+12025550103']
const callsEach = 60

test('processes that race over three numbers ring each once at a time, and no call is forgotten behind its number', async () => {
  const scene = setTheScene(schemas)
  const processes = await Promise.all(Array.from({ length: 6 }, () => scene.process({ maxConnections: 2 })))
  const [first] = processes
  await first?.store.writeControl({ configured: 100 })
  const calls = numbers.flatMap((to) => Array.from({ length: callsEach }, () => aCall({ to })))
  await first?.store.insertCalls({ calls })
  const ringing = new Map<string, number>()
  let ended = 0
  let isOver = false
  const dialing = processes.map((process) => dial(process))
  try {
    await eventually(() => ended === calls.length || isOver, 60_000)
  } finally {
    isOver = true
    await Promise.all(dialing)
  }
  expect(ended).toBe(calls.length)

  async function dial({ worker }: Process): Promise<void> {
    while (!isOver) {
      const { claimed } = await worker.claimingTurn({ limit: 2 })
      for (const each of claimed) ring(each, 1)
      await Promise.all(claimed.map((each) => end(each, worker)))
    }
  }

  /** Each end is a turn of its own, without a claim: as an API process makes it, beside the claims of others. */
  async function end(each: LocatedAttempt, worker: Process['worker']): Promise<void> {
    ring(each, -1)
    await worker.turn({ writes: [settled(each)] })
    ended += 1
  }

  function ring({ attempt }: LocatedAttempt, by: 1 | -1): void {
    const now = (ringing.get(attempt.to) ?? 0) + by
    if (now > 1) isOver = true
    expect(now, attempt.to).toBeLessThanOrEqual(1)
    ringing.set(attempt.to, now)
  }
}, 90_000)
