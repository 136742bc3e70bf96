import type { StoreMetrics } from '@ebra/core'
import { sql } from 'kysely'
import type { Connection, Transaction } from './connection.ts'
import { readLimits } from './control.ts'
import { readCounts } from './counts.ts'
import { readLanes } from './lanes.ts'
import { isLive } from './literals.ts'
import { countParked } from './parked-events.ts'
import { queries, statement } from './statement.ts'

/** Reads figures for operators, none of which takes longer with more calls. */
export function readMetrics(connection: Connection): StoreMetrics {
  return connection.read((transaction) => {
    const { present: calls, entered } = readCounts(transaction)
    const { PENDING: _pending, IN_PROGRESS: _inProgress, ...endedTotal } = entered
    const live = new Map(transaction.all(liveByStatus, {}).map(({ status, count }) => [status, count]))
    return {
      calls,
      endedTotal,
      live: [...live.values()].reduce((sum, count) => sum + count, 0),
      held: live.get('HELD') ?? 0,
      unconfirmed: live.get('UNCONFIRMED') ?? 0,
      parkedWebhooks: countParked(transaction),
      droppedWebhooks: readLimits(transaction).dropped_events,
      oldestPendingSeconds: oldestPendingSeconds(transaction),
    }
  })
}

/** The head of each lane, and those that wait for a number or a gate. */
function oldestPendingSeconds(transaction: Transaction): number | null {
  const heads = [...readLanes(transaction), ...transaction.all(oldestWaiting, {})].map(({ due_at }) => due_at)
  const due = heads.filter((at): at is number => at !== null && at <= transaction.now)
  return due.length === 0 ? null : (transaction.now - Math.min(...due)) / 1_000
}

const liveByStatus = statement(() =>
  queries
    .selectFrom('ebra_attempts')
    .select((attempt) => ['status', attempt.fn.countAll<number>().as('count')])
    .where(isLive)
    .groupBy('status'),
)

const oldestWaiting = statement(
  () => sql<{ readonly due_at: number | null }>`select min(next_attempt_at) as due_at from ebra_calls where waits_for is not null`,
)
