import { CallOrchestrator } from '@ebra/core'
import { describe, expect, it } from 'vitest'
import { until } from '../e2e/until.ts'
import { chanceOf, seed } from './chance.ts'
import { allCalls } from './judgement.ts'
import { executeOn, refusalOfEnds } from './operator-sql.ts'
import { type PoisonPlatform, poisonPlatform } from './poison-platform.ts'
import { numberOf, type Poison, poisonOf, poisons, prefixOf } from './poisons.ts'
import { keepResult } from './results.ts'
import { createScene, type Scene } from './scene.ts'
import { patience, sized } from './size.ts'
import { type DatabaseSettings, databaseKinds, storeOf } from './worker-settings.ts'

const hundreds = sized(poisons.length, 300)
/** Slots beside those that poisoned calls may keep. */
const slots = 20

describe.each(databaseKinds)(`a poisoned call in every hundred, with all its kinds, on %s (seed ${seed})`, (database) => {
  it('fails alone: the others are dialed in their order, once, and settled by their first webhook', {
    timeout: patience(120_000),
  }, async () => {
    await using scene = await createScene({ database })
    const { office, settings } = scene
    const numbers = numbersFor(database)
    const healthy = numbers.filter((to) => poisonOf(to) === undefined)
    await office.enqueueMany(numbers.map((to) => ({ to, scriptId: 'welcome', maxAttempts: 1 })))
    for (const poison of poisons.filter(({ isRefusedByDatabase }) => isRefusedByDatabase)) {
      await executeOn(settings.database, refusalOfEnds(settings.database.kind, prefixOf(poison)))
    }
    const platform = poisonPlatform()
    await using dialer = dialerOn(settings.database, platform)
    const completed = hearCompletions(dialer)
    await dialer.start()
    const replies = await playOn(platform, dialer, healthy)

    expect(platform.dialed.filter(isHealthy)).toEqual(healthy)
    expect(healthy.filter((to) => replies.get(to) !== 200)).toEqual([])
    expect(completed.filter(isHealthy).toSorted()).toEqual(healthy.toSorted())
    await expect.poll(() => unexpectedFates(office), { timeout: 10_000 }).toEqual([])
    expect(numbers.filter((to) => !isHealthy(to) && (replies.get(to) ?? null) !== poisonOf(to)?.reply)).toEqual([])
    keepResult({
      row: 17,
      promise: `One call in a hundred on ${database} is poison, in ${poisons.length} ways`,
      n: hundreds,
      result: `0 of ${healthy.length} others dialed out of order or twice, or not settled by their first webhook`,
    })
  })
})

/** The numbers of all calls, in their order: one of each hundred is poison. */
function numbersFor(name: string): readonly string[] {
  const chance = chanceOf(`poison ${name}`)
  return Array.from({ length: hundreds }, (_, hundred) => {
    const sickIndex = 100 * hundred + chance.between(0, 99)
    const poison = poisons[hundred % poisons.length] ?? null
    return Array.from({ length: 100 }, (__, place) => 100 * hundred + place).map((index) =>
      numberOf(index, index === sickIndex ? poison : null),
    )
  }).flat()
}

function isHealthy(to: string): boolean {
  return poisonOf(to) === undefined
}

function dialerOn(database: DatabaseSettings, platform: PoisonPlatform): CallOrchestrator {
  return new CallOrchestrator({
    store: storeOf(database),
    provider: platform,
    concurrency: slots + hundreds,
    publicUrl: 'https://voice.example.com',
    beforeDial: ({ to }) => poisonOf(to)?.beforeDial?.() ?? 'dial',
    retry: ({ call }) => poisonOf(call.to)?.retry?.() ?? 'final',
  })
}

/** The numbers of the calls that completed, as told to a listener that comes after one that fails. */
function hearCompletions(dialer: CallOrchestrator): readonly string[] {
  const completed: string[] = []
  dialer.on('error', () => undefined)
  dialer.on('call.completed', ({ call }) => poisonOf(call.to)?.whenCompleted?.())
  dialer.on('call.completed', ({ call }) => void completed.push(call.to))
  return completed
}

/** Tells of ends, burst by burst, until that of every healthy call was told; answers how each was replied to. */
async function playOn(
  platform: PoisonPlatform,
  dialer: CallOrchestrator,
  healthy: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const replies = new Map<string, number>()
  await until(async () => {
    for (const [to, status] of await platform.tellEnds(dialer)) replies.set(to, status)
    return healthy.every((to) => replies.has(to))
  })
  return replies
}

/** Calls of which something else became than was to. */
async function unexpectedFates(office: Scene['office']): Promise<readonly object[]> {
  const calls = await allCalls(office)
  return calls.filter(({ to, status, attempts }) => {
    const fate: Poison['fate'] = poisonOf(to)?.fate ?? { status: 'COMPLETED', attempts: 1 }
    return status !== fate.status || attempts !== fate.attempts
  })
}
