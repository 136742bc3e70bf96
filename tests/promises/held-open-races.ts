import type { Attempt, Call } from '@ebra/core'
import {
  callId,
  claim,
  dial,
  enqueue,
  firstNumber,
  type Hands,
  loseIt,
  type OperationName,
  patchedNumber,
  raceTime,
  untilIdle,
  type Words,
} from './held-open-operations.ts'
import type { Shown } from './results.ts'

/** Two operations about one call, and what they find. */
export interface Race {
  /** Of docs/guarantees.md. */
  readonly row: Shown['row']
  readonly one: OperationName
  readonly other: OperationName
  readonly given: (hands: Hands) => Promise<void>
  /** What the fleet does in any case when both are over. */
  readonly afterwards?: (hands: Hands) => Promise<Words>
  /** What comes of it where `one` is first, and where `other` is. */
  readonly ends: readonly [Partial<Outcome>, Partial<Outcome>]
}

/** The races that the promises name. */
export const races: readonly Race[] = [
  {
    row: 8,
    one: 'a webhook that only names the id of the platform',
    other: 'the record of that id',
    given: dial,
    afterwards: untilNoneIsParked,
    ends: [
      { call: { status: 'COMPLETED' }, parked: 0 },
      { call: { status: 'COMPLETED' }, parked: 0 },
    ],
  },
  {
    row: 19,
    one: 'a PATCH',
    other: 'a claim',
    given: enqueue,
    afterwards: claim,
    ends: [{ words: [`dialed ${patchedNumber}`, 'patched'] }, { words: ['CALL_NOT_PENDING', `dialed ${firstNumber}`] }],
  },
  {
    row: 2,
    one: 'a cancel',
    other: 'a claim',
    given: enqueue,
    afterwards: claim,
    ends: [
      { words: ['canceled'], call: { status: 'CANCELED' } },
      { words: ['canceled', `dialed ${firstNumber}`], call: { status: 'IN_PROGRESS', cancelRequestedAt: raceTime } },
    ],
  },
  {
    row: 13,
    one: 'a settlement',
    other: 'a reclaim',
    given: dial,
    ends: [
      { words: ['answered 200', 'too late'], call: { status: 'COMPLETED' } },
      { words: ['answered 200', 'reclaimed'], call: { status: 'COMPLETED' } },
    ],
  },
  {
    row: 13,
    one: 'a settlement',
    other: 'a cancel',
    given: dial,
    ends: [
      { words: ['CALL_ENDED', 'answered 200'], call: { status: 'COMPLETED', cancelRequestedAt: null } },
      { words: ['answered 200', 'canceled'], call: { status: 'COMPLETED', cancelRequestedAt: raceTime } },
    ],
  },
  {
    row: 13,
    one: 'a settlement that leads to a retry',
    other: 'a cancel',
    given: dial,
    ends: [{ call: { status: 'CANCELED' } }, { call: { status: 'CANCELED' } }],
  },
  {
    row: 6,
    one: 'a prune',
    other: 'a late webhook',
    given: loseIt,
    ends: [
      { call: null, parked: 1 },
      { call: { status: 'COMPLETED' }, parked: 0 },
    ],
  },
  {
    row: 6,
    one: 'an erasure',
    other: 'a late webhook',
    given: loseIt,
    afterwards: readDetails,
    ends: [
      { words: ['answered 200', 'details {}', 'erased'], call: { to: '+00000000', status: 'COMPLETED' }, parked: 0 },
      { words: ['answered 200', 'details {}', 'erased'], call: { to: '+00000000', status: 'COMPLETED' }, parked: 0 },
    ],
  },
]

/** All that is left when a race is over. */
export interface Outcome {
  readonly words: Words
  readonly call: Partial<Call> | null
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

/** What one side has parked the other has joined, within moments: nobody else looks, neither a sweep nor a timer. */
async function untilNoneIsParked({ store }: Hands): Promise<Words> {
  for (let looks = 0; looks < 200 && (await store.readMetrics()).parkedWebhooks > 0; looks += 1) await untilIdle()
  return []
}

/** Nothing that a late event tells of an erased call is kept. */
async function readDetails({ store }: Hands): Promise<Words> {
  const attempts = await store.listAttempts({ callId })
  return attempts.map(({ details }) => `details ${JSON.stringify(details)}`)
}
