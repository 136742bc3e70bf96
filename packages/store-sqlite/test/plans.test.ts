import type { ListQuery, LocatedAttempt, PendingFilter, ProviderEvent } from '@ebra/core'
import { aCall } from '@ebra/testkit'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { cancelCall } from '../src/cancel-call.ts'
import { cancelPending } from '../src/cancel-pending.ts'
import { claimChecks } from '../src/claim-checks.ts'
import { commitTurn } from '../src/commit-turn.ts'
import { Connection } from '../src/connection.ts'
import { writeControl } from '../src/control.ts'
import { eraseCall } from '../src/erase-call.ts'
import { insertCalls } from '../src/insert-calls.ts'
import { listAttempts } from '../src/list-attempts.ts'
import { listCalls } from '../src/list-calls.ts'
import { lookUp } from '../src/look-up.ts'
import { readMetrics } from '../src/metrics.ts'
import { migrate } from '../src/migrate.ts'
import { findJoinable } from '../src/parked-events.ts'
import { prune } from '../src/prune.ts'
import { sweep } from '../src/sweep.ts'
import { updateCallIfPending } from '../src/update-call.ts'
import { completed } from './completed.ts'
import { claimingTurn } from './open-store.ts'

/** A database that remembers every statement that was prepared on it. */
class RecordingDatabase extends BetterSqlite3 {
  readonly recorded = new Set<string>()

  override prepare<TParams extends unknown[] | object = unknown[], TRow = unknown>(source: string) {
    this.recorded.add(source)
    return super.prepare<TParams, TRow>(source)
  }
}

/** A migrated database in memory, and a way to see how SQLite goes about the statements of some work. */
function setup() {
  const database = new RecordingDatabase(':memory:')
  const connection = new Connection(database, ':memory:', null)
  migrate(connection)

  /** The steps that read a table or an index from one end to the other, and those that read all calls of a status. */
  function longSteps(work: () => void): readonly string[] {
    const before = new Set(database.recorded)
    work()
    const statements = [...database.recorded].filter((source) => !before.has(source))
    const steps = statements.flatMap((source) => planOf(database, source))
    return [...new Set(steps.filter((step) => /^SCAN (call|ebra_\w+)\b|ebra_calls_by_status/.test(step)))].toSorted()
  }

  return { connection, longSteps }
}

function planOf(database: BetterSqlite3.Database, source: string): readonly string[] {
  const parameters = source.match(/\?/g) ?? []
  const steps = database.prepare<unknown[], { readonly detail: string }>(`explain query plan ${source}`).all(parameters.map(() => null))
  return steps.map(({ detail }) => detail)
}

/** Makes every statement of a turn run: two calls are claimed, one is refused under a gate and put back, another waits for its number. */
function makeTurns(connection: Connection): readonly LocatedAttempt[] {
  const [one, two] = [aCall({ from: '+12025550100' }), aCall()]
  insertCalls(connection, { calls: [one, two, aCall({ to: one.to })] })
  writeControl(connection, { configured: 10, dialsPerSecond: 100 })
  const { claimed } = commitTurn(connection, claimingTurn())
  const [first, second] = claimed
  if (first === undefined || second === undefined) throw new Error('Two calls should have been claimed.')
  const scope = 'script:sim:welcome'
  const refusal = { kind: 'close', attemptId: first.attempt.attemptId, scope, reason: 'blocked', code: 'c', retryAfterMs: 1 } as const
  const write = completed(first)
  const event: ProviderEvent = { eventId: 'e', at: null, callId: one.id, providerCallIds: ['p'], state: { kind: 'live', phase: 'ringing' } }
  commitTurn(connection, {
    ...claimingTurn(),
    writes: [{ ...write, next: { ...write.next, status: 'LIVE', providerCallId: 'p', aliases: ['a'] }, call: null, seen: ['e'] }],
    parked: [{ provider: 'sim', event }],
    gates: [{ ...refusal, minMs: 1, maxMs: 1, closesAfter: 1 }],
  })
  commitTurn(connection, { ...claimingTurn(), unparked: [{ provider: 'sim', eventId: 'e' }], abandoned: [1] })
  commitTurn(connection, { ...claimingTurn(), gates: [{ kind: 'open', attemptId: second.attempt.attemptId, scopes: [scope] }] })
  return claimed
}

/** Bounded by the cap, by the number of gates, or by the limit of the query. */
const boundedScans = [
  'SCAN ebra_attempts USING COVERING INDEX ebra_attempts_live',
  'SCAN ebra_attempts USING INDEX ebra_attempts_live',
  'SCAN ebra_attempts USING INDEX ebra_attempts_to_check',
  'SCAN ebra_control',
  'SCAN ebra_counts',
  'SCAN ebra_gates',
]

it('a turn reads what it needs, however many calls wait, are scheduled, or have ended', () => {
  const { connection, longSteps } = setup()
  const steps = longSteps(() => {
    makeTurns(connection)
    claimChecks(connection, { limit: 5, leaseMs: 1, providers: ['sim'], staleAfterMs: 1 })
    findJoinable(connection, { limit: 5 })
    lookUp(connection, { events: [{ provider: 'sim', eventId: 'e' }] })
  })
  // Of the parked events one is read, to know whether there are any.
  const anyParked = 'SCAN ebra_parked_events USING COVERING INDEX ebra_parked_events_by_age'
  expect(steps.filter((step) => !boundedScans.includes(step))).toEqual([anyParked])
})

it('a call is found, changed, canceled and erased without looking at others', () => {
  const { connection, longSteps } = setup()
  const [first, second] = makeTurns(connection).map(({ call }) => call.id)
  const steps = longSteps(() => {
    for (const callId of [first ?? '', second ?? '']) {
      updateCallIfPending(connection, { callId, changes: {} })
      lookUp(connection, { attemptIds: [`${callId}.1`], callIds: [callId], providerCallIds: [{ provider: 'sim', id: 'p' }] })
      listAttempts(connection, { callId })
      cancelCall(connection, { callId })
      eraseCall(connection, { callId })
    }
  })
  expect(steps).toEqual([])
})

it('figures and upkeep read no calls, but for those that they concern', () => {
  const { connection, longSteps } = setup()
  const steps = longSteps(() => {
    readMetrics(connection)
    prune(connection, { olderThanMs: 1, limit: 1 })
    sweep(connection, { parkedForMs: 1 })
  })
  // Parked events, of which there are 100 000 at most, are counted.
  const parked = 'SCAN ebra_parked_events USING COVERING INDEX ebra_parked_events_by_age'
  expect(steps.filter((step) => !boundedScans.includes(step))).toEqual([parked])
})

it('pending calls are canceled along the narrowest index', () => {
  const { connection, longSteps } = setup()
  const canceling = (filter: PendingFilter) => longSteps(() => cancelPending(connection, { filter, limit: 5 }))
  expect(canceling({ scriptId: 'welcome', createdBefore: new Date(0) })).toEqual([])
  expect(canceling({ tenant: 'acme' })).toEqual([])
  expect(canceling({ createdBefore: new Date(0) })).toEqual(['SEARCH call USING INDEX ebra_calls_by_status (status=?)'])
})

const [anyDay, status] = [new Date(0), ['PENDING', 'FAILED']] as const
const allCalls = 'SCAN ebra_calls USING COVERING INDEX sqlite_autoindex_ebra_calls_1'
const ofStatus = 'SEARCH ebra_calls USING COVERING INDEX ebra_calls_by_status (status=?)'
const ofStatusByRow = 'SEARCH ebra_calls USING INDEX ebra_calls_by_status (status=?)'

/** Each list with the long steps that it takes: along an index that is in the order of the list, until the page is full. */
const lists: readonly (readonly [ListQuery, readonly string[]])[] = [
  [{}, [allCalls]],
  [{ status }, [ofStatus]],
  [{ status, createdAfter: anyDay }, [ofStatusByRow]],
  [{ to: '+12025550100', status }, []],
  [{ tenant: 'acme' }, []],
  [{ tenant: 'acme', status, createdBefore: anyDay }, []],
  [{ scriptId: 'welcome', status }, []],
  [{ createdAfter: anyDay, createdBefore: anyDay }, []],
  [{ unconfirmed: true }, []],
]

it.each(lists)('a list of %j is read along an index that is in its order', (query, expected) => {
  const { connection, longSteps } = setup()
  const steps = longSteps(() => listCalls(connection, query))
  expect(steps.filter((step) => !boundedScans.includes(step))).toEqual(expected)
})
