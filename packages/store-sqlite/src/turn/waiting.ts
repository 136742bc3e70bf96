import { sql } from 'kysely'
import type { Transaction } from '../connection.ts'
import { releaseFirst, releaseNumber } from '../release-number.ts'
import type { CallRow } from '../schema.ts'
import { queries, statement } from '../statement.ts'
import type { Gatekeeper } from './gatekeeper.ts'

/**
 * Takes a call that cannot be dialed now out of the way of claims: it waits for its number, or for a gate, and is not looked at again before that is free. So a claim costs
 * the same however many calls wait. Where it had a number to itself and meets a closed gate, the next to that number may try.
 */
export function waitFor(transaction: Transaction, call: CallRow, hindrance: Hindrance): void {
  transaction.run(markWaiting, { id: call.id, waitsFor: markOf(call, hindrance) })
  if (hindrance.kind === 'gate') releaseNumber(transaction, call.to_number)
}

/** Why a due call cannot be dialed now. */
export type Hindrance = { readonly kind: 'number' } | { readonly kind: 'gate'; readonly scope: string }

/**
 * Lets calls be claimed again that waited for a gate which lets them through by now: as many as there is room for, or one to probe it. Those that are left come with the next
 * claims, in their order. Returns true where some may be left.
 */
export function releaseFromGates(transaction: Transaction, gates: Gatekeeper, firstProvider: string, room: number): boolean {
  const released = transaction.all(gateMarks, {}).map(({ mark }) => {
    const limit = isFree(mark, gates, firstProvider) ? room : gates.isPassable(scopeOf(mark)) ? 1 : 0
    return limit > 0 && releaseFirst(transaction, mark, limit) === room
  })
  return released.includes(true)
}

/** A call that names no provider stands under a script's gate only for processes whose first provider it is: its mark says so. */
const unnamed = 'unnamed '

function markOf(call: CallRow, hindrance: Hindrance): string {
  if (hindrance.kind === 'number') return call.to_number
  return call.provider === null && hindrance.scope.startsWith('script:') ? unnamed + hindrance.scope : hindrance.scope
}

function scopeOf(mark: string): string {
  return mark.startsWith(unnamed) ? mark.slice(unnamed.length) : mark
}

function isFree(mark: string, gates: Gatekeeper, firstProvider: string): boolean {
  const isAnothers = mark.startsWith(unnamed) && !mark.startsWith(`${unnamed}script:${firstProvider}:`)
  return isAnothers || gates.isOpen(scopeOf(mark))
}

const markWaiting = statement(({ id, waitsFor }: { id: string; waitsFor: string }) =>
  queries.updateTable('ebra_calls').set({ waits_for: waitsFor }).where('id', '=', id).where(sql<boolean>`status = 'PENDING'`),
)

/** Numbers begin with `+` and come before every letter, so the leaps from mark to mark begin behind them. */
const gateMarks = statement(
  () => sql<{ readonly mark: string }>`
    with recursive gate_mark (mark) as (
      select (select min(waits_for) from ebra_calls where waits_for >= 'a')
      union all
      select (select min(waits_for) from ebra_calls where waits_for > mark) from gate_mark where mark is not null
    )
    select mark from gate_mark where mark is not null`,
)
