import type { CallStatus, StoreMetrics } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection, Transaction } from './connection.ts'
import { readLimits } from './control.ts'
import { readLanes } from './lanes.ts'
import { isLive } from './literals.ts'
import { queries, statement } from './statement.ts'

/** Reads figures for operators, none of which takes longer with more calls. */
export function readMetrics(connection: Connection): StoreMetrics {
  return connection.read((transaction) => {
    const calls = countsBy(transaction, 'present')
    const { PENDING: _pending, IN_PROGRESS: _inProgress, ...endedTotal } = countsBy(transaction, 'entered')
    const live = new Map(transaction.all(liveByStatus, {}).map(({ status, count }) => [status, count]))
    return {
      calls,
      endedTotal,
      live: [...live.values()].reduce((sum, count) => sum + count, 0),
      held: live.get('HELD') ?? 0,
      unconfirmed: live.get('UNCONFIRMED') ?? 0,
      parkedWebhooks: transaction.get(parkedEvents, {})?.count ?? 0,
      droppedWebhooks: readLimits(transaction).dropped_events,
      oldestPendingSeconds: oldestPendingSeconds(transaction),
    }
  })
}

/** Reads how many calls are in each status, without counting them. */
export function countCalls(transaction: Transaction): Readonly<Record<CallStatus, number>> {
  return countsBy(transaction, 'present')
}

function countsBy(transaction: Transaction, column: 'present' | 'entered'): Record<CallStatus, number> {
  const counts = { PENDING: 0, IN_PROGRESS: 0, COMPLETED: 0, FAILED: 0, EXPIRED: 0, CANCELED: 0 }
  for (const row of transaction.all(counters, {})) counts[row.status] = row[column]
  return counts
}

/** The head of each lane, and those that wait for a number or a gate. */
function oldestPendingSeconds(transaction: Transaction): number | null {
  const heads = [...readLanes(transaction), ...transaction.all(oldestWaiting, {})].map(({ due_at }) => due_at)
  const due = heads.filter((at): at is number => at !== null && at <= transaction.now)
  return due.length === 0 ? null : (transaction.now - Math.min(...due)) / 1_000
}

const counters = statement(() => queries.selectFrom('ebra_counts').selectAll())

const liveByStatus = statement(() =>
  queries
    .selectFrom('ebra_attempts')
    .select((attempt) => ['status', attempt.fn.countAll<number>().as('count')])
    .where(isLive)
    .groupBy('status'),
)

const parkedEvents = statement(() => queries.selectFrom('ebra_parked_events').select((event) => event.fn.countAll<number>().as('count')))

const oldestWaiting = statement(
  () => sql<{ readonly due_at: number | null }>`select min(next_attempt_at) as due_at from ebra_calls where waits_for is not null`,
)
