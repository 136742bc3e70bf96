import { type ClaimedAttempt, isEbraError, type TurnResult } from '@ebra/core'
import { SqliteStore } from '../../src/index.ts'
import { completed } from '../completed.ts'
import { claimingTurn, silent } from '../open-store.ts'

/** Claims and completes calls until none is left. Says each attempt that it claimed, and the most attempts that it ever saw live. */
const [file = '', processId = ''] = process.argv.slice(2)
const store = new SqliteStore({ file })
await store.open({ logger: silent, clock: null })
let claimed: readonly ClaimedAttempt[] = []
let mostLive = 0
do {
  const result = await turn(claimed)
  claimed = result.claimed
  mostLive = Math.max(mostLive, (await store.readMetrics()).live)
  for (const { attempt } of claimed) process.stdout.write(`${attempt.attemptId}\n`)
} while (claimed.length > 0 || (await store.readMetrics()).calls.PENDING > 0)
process.stdout.write(`most live ${mostLive}\n`)
await store.close()

/** A turn that finds the file locked is made again, as the pump would. */
async function turn(toComplete: readonly ClaimedAttempt[]): Promise<TurnResult> {
  const parts = { by: { processId, number: 1 }, writes: toComplete.map(completed) }
  for (;;) {
    try {
      const { claim } = claimingTurn()
      return await store.commitTurn(claimingTurn({ ...parts, claim: claim && { ...claim, limit: 2 } }))
    } catch (error) {
      if (!isEbraError(error, 'STORE_UNAVAILABLE')) throw error
    }
  }
}
