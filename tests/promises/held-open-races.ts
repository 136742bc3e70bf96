import type { Attempt, Call } from '@ebra/core'
import { callId, claim, dial, enqueue, type Hands, loseIt, type OperationName, type Words } from './held-open-operations.ts'

/** Two operations about one call, and what they find. */
export interface Race {
  readonly one: OperationName
  readonly other: OperationName
  readonly given: (hands: Hands) => Promise<void>
  /** What the fleet does in any case when both are over. */
  readonly afterwards?: (hands: Hands) => Promise<Words>
}

/** The races that the promises name. */
export const races: readonly Race[] = [
  { one: 'a webhook that only names the id of the platform', other: 'the record of that id', given: dial, afterwards: untilNoneIsParked },
  { one: 'a PATCH', other: 'a claim', given: enqueue, afterwards: claim },
  { one: 'a cancel', other: 'a claim', given: enqueue, afterwards: claim },
  { one: 'a settlement', other: 'a reclaim', given: dial },
  { one: 'a settlement', other: 'a cancel', given: dial },
  { one: 'a settlement that leads to a retry', other: 'a cancel', given: dial },
  { one: 'a prune', other: 'a late webhook', given: loseIt },
  { one: 'an erasure', other: 'a late webhook', given: loseIt },
]

/** All that is left when a race is over. */
export interface Outcome {
  readonly words: Words
  readonly call: Call | null
  readonly attempts: readonly Attempt[]
  readonly parked: number
}

/** Looks at what a race has left. */
export async function outcomeOf({ store }: Hands, words: Words): Promise<Outcome> {
  const [call, attempts, { parkedWebhooks: parked }] = await Promise.all([
    store.findCall({ callId }),
    store.listAttempts({ callId }),
    store.readMetrics(),
  ])
  return { words: words.toSorted(), call, attempts, parked }
}

/** What one side has parked the other has joined: nobody else looks, neither a sweep nor a timer. The test's own time-out bounds it. */
async function untilNoneIsParked({ store }: Hands): Promise<Words> {
  for (;;) if ((await store.readMetrics()).parkedWebhooks === 0) return []
}
