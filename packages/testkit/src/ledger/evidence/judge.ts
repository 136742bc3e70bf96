import type { EndStatus } from '../plan/call-status.ts'
import type { LedgerReport, Post, Ring } from './report.ts'

/** An attempt whose phone rang more than once. */
export interface DoubleRing {
  readonly key: string
  readonly rings: readonly Ring[]
}

/** Two rings of one call that were live at the same time: two conversations with one person. */
export interface OverlappingRings {
  readonly callId: string
  readonly first: Ring
  readonly second: Ring
}

/**
 * Attempts that rang more than once. A repeat that the ledger recognised by its key did not ring.
 *
 * Rings without any name of an attempt cannot be judged, and are left out.
 */
export function doubleRings(report: LedgerReport): readonly DoubleRing[] {
  return [...grouped(report.rings, (ring) => ring.key)].filter(([, rings]) => rings.length > 1).map(([key, rings]) => ({ key, rings }))
}

/** How often each attempt rang, by its key. */
export function ringsByKey(report: LedgerReport): ReadonlyMap<string, number> {
  return new Map([...grouped(report.rings, (ring) => ring.key)].map(([key, rings]) => [key, rings.length]))
}

/** Every ring that began while an earlier ring of its call was live. */
export function overlappingCalls(report: LedgerReport): readonly OverlappingRings[] {
  return [...grouped(report.rings, (ring) => ring.callId)].flatMap(([callId, rings]) =>
    rings.slice(1).flatMap((second, index) => {
      const first = latestToEnd(rings.slice(0, index + 1))
      return endOrder(first) > second.order ? [{ callId, first, second }] : []
    }),
  )
}

/** The highest number of calls that were live at the same time. */
export function maxLive(report: LedgerReport): number {
  const begins = report.rings.map((ring) => ({ order: ring.order, change: 1 }))
  const ends = report.rings.flatMap((ring) => (ring.end === null ? [] : [{ order: ring.end.order, change: -1 }]))
  let live = 0
  let highest = 0
  for (const { change } of [...begins, ...ends].sort((one, other) => one.order - other.order)) {
    live += change
    highest = Math.max(highest, live)
  }
  return highest
}

/** How many calls are live at the end of the report. */
export function liveNow(report: LedgerReport): number {
  return report.rings.filter((ring) => ring.end === null).length
}

/** The POSTs of each call in the order in which they came: what a throttled caller is judged by. */
export function postsByCall(report: LedgerReport): ReadonlyMap<string, readonly Post[]> {
  return grouped(report.posts, (post) => post.callId)
}

/** How many calls ended in each way; a way that never happened is left out. */
export function endsByStatus(report: LedgerReport): ReadonlyMap<EndStatus, number> {
  const ends = grouped(report.rings, (ring) => ring.end?.status ?? null)
  return new Map([...ends].map(([status, rings]) => [status, rings.length]))
}

function latestToEnd(rings: readonly Ring[]): Ring {
  return rings.reduce((latest, ring) => (endOrder(ring) > endOrder(latest) ? ring : latest))
}

function endOrder(ring: Ring): number {
  return ring.end?.order ?? Number.POSITIVE_INFINITY
}

function grouped<TKey, TItem>(items: readonly TItem[], keyOf: (item: TItem) => TKey | null): Map<TKey, TItem[]> {
  const groups = new Map<TKey, TItem[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === null) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
