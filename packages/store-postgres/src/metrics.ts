import type { CallStatus, StoreMetrics } from '@ebra/core'
import { sql } from 'kysely'
import type { PostgresContext } from './context.ts'

/** Reads figures for operators, none of which takes longer with more calls. */
export async function readMetrics(context: PostgresContext): Promise<StoreMetrics> {
  const { counts, live, held, unconfirmed, parked, dropped, overdue_seconds } = await context.ask<MetricsAnswer>('metrics')
  const present = new Map(counts?.map((count) => [count.status, count.present]))
  const entered = new Map(counts?.map((count) => [count.status, count.entered]))
  return {
    calls: {
      PENDING: present.get('PENDING') ?? 0,
      IN_PROGRESS: present.get('IN_PROGRESS') ?? 0,
      COMPLETED: present.get('COMPLETED') ?? 0,
      FAILED: present.get('FAILED') ?? 0,
      EXPIRED: present.get('EXPIRED') ?? 0,
      CANCELED: present.get('CANCELED') ?? 0,
    },
    endedTotal: {
      COMPLETED: entered.get('COMPLETED') ?? 0,
      FAILED: entered.get('FAILED') ?? 0,
      EXPIRED: entered.get('EXPIRED') ?? 0,
      CANCELED: entered.get('CANCELED') ?? 0,
    },
    live,
    held,
    unconfirmed,
    parkedWebhooks: parked,
    droppedWebhooks: dropped,
    oldestPendingSeconds: overdue_seconds,
  }
}

/** Reads how many calls are in each status, without counting them. */
export async function countCalls({ connection, queries }: PostgresContext): Promise<ReadonlyMap<CallStatus, number>> {
  const counts = await connection.read(
    queries.db
      .selectFrom('call_counts')
      .select(['status', sql<string>`present::text`.as('present')])
      .compile(),
  )
  return new Map(counts.map(({ status, present }) => [status, Number(present)]))
}

interface MetricsAnswer {
  readonly counts: readonly { readonly status: CallStatus; readonly present: number; readonly entered: number }[] | null
  readonly live: number
  readonly held: number
  readonly unconfirmed: number
  readonly parked: number
  readonly dropped: number
  readonly overdue_seconds: number | null
}
