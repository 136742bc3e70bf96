import type { Attempt, Call, CallOrchestrator } from '@ebra/core'
import { doubleRings, type LedgerReport, overlappingCalls } from '@ebra/testkit/ledger'
import { until } from '../e2e/until.ts'
import type { Scene } from './scene.ts'

/** What must never be, counted. All zeros is what every promise comes down to. */
export interface Judgement {
  /** Attempts that rang twice. */
  readonly doubleRings: number
  /** Calls of which two rings were live at once. */
  readonly overlappingCalls: number
  /** Rings that no attempt in the database answers for. */
  readonly ringsWithoutIntent: number
  readonly unendedCalls: number
  readonly slotsTaken: number
}

/** The judgement of a scene in which all went well. */
export const innocent: Judgement = { doubleRings: 0, overlappingCalls: 0, ringsWithoutIntent: 0, unendedCalls: 0, slotsTaken: 0 }

/** Compares what the ledger saw with what the database says. */
export async function judge({ office, ledger }: Pick<Scene, 'office' | 'ledger'>): Promise<Judgement> {
  const report = await ledger.report()
  const { store } = await office.metrics()
  return {
    doubleRings: doubleRings(report).length,
    overlappingCalls: overlappingCalls(report).length,
    ringsWithoutIntent: await countWithoutIntent(office, report),
    unendedCalls: store.calls.PENDING + store.calls.IN_PROGRESS,
    slotsTaken: store.live,
  }
}

/** Resolves when every call of the scene has ended; the test's own time-out bounds it. */
export async function allEnded({ office }: Pick<Scene, 'office'>): Promise<void> {
  await until(async () => {
    const { calls } = (await office.metrics()).store
    return calls.PENDING + calls.IN_PROGRESS === 0
  })
}

/** Every call that exists. */
export async function allCalls(office: CallOrchestrator): Promise<readonly Call[]> {
  const calls: Call[] = []
  for (let page = 1; ; page++) {
    const { items } = await office.list({ page, pageSize: 100 })
    calls.push(...items)
    if (items.length < 100) return calls
  }
}

/** Every attempt that is kept, of every call. */
export async function allAttempts(office: CallOrchestrator): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = []
  for (const { id } of await allCalls(office)) attempts.push(...(await office.attempts(id)))
  return attempts
}

async function countWithoutIntent(office: CallOrchestrator, { rings }: LedgerReport): Promise<number> {
  const attempts = new Set((await allAttempts(office)).map(({ attemptId }) => attemptId))
  return rings.filter(({ attemptId }) => attemptId === null || !attempts.has(attemptId)).length
}
