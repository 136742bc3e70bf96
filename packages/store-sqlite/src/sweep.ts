import { sql } from 'kysely'
import type { Connection, Transaction } from './connection.ts'
import { countParked } from './parked-events.ts'
import { releaseNumber } from './release-number.ts'
import { forgetSeen } from './seen-events.ts'
import { queries, statement } from './statement.ts'

/** Drops what was kept long enough, and looks after calls that wait for a number which is free. A single sweep is short; what it leaves comes with the next. */
export function sweep(connection: Connection, { parkedForMs }: { readonly parkedForMs: number }): void {
  connection.write((transaction) => {
    dropOldestParked(transaction, transaction.now - parkedForMs)
    forgetSeen(transaction)
    transaction.run(deleteQuietGates, { before: transaction.now - quietForMs })
    for (const { number } of transaction.all(freeNumbers, { limit: maxReleased })) releaseNumber(transaction, number)
  })
}

/** Beyond so many, the oldest events give way. */
const maxParked = 100_000
/** As many events as one sweep drops. */
const maxDropped = 10_000
/** An open gate is remembered for so long, since what it accepted counts for the strikes of calls. */
const quietForMs = 3_600_000
/** As many numbers as one sweep lets try. */
const maxReleased = 1_000

function dropOldestParked(transaction: Transaction, before: number): void {
  const excess = countParked(transaction) - maxParked
  const tooOld = transaction.get(parkedBefore, { before, limit: maxDropped })?.count ?? 0
  const limit = Math.min(maxDropped, Math.max(excess, tooOld))
  if (limit > 0) transaction.run(countDropped, { dropped: transaction.run(deleteOldestParked, { limit }) })
}

const parkedBefore = statement(({ before, limit }: { before: number; limit: number }) =>
  queries
    .selectFrom((event) => event.selectFrom('ebra_parked_events').select('id').where('parked_at', '<', before).limit(limit).as('old'))
    .select((old) => old.fn.countAll<number>().as('count')),
)

const deleteOldestParked = statement(({ limit }: { limit: number }) =>
  queries.deleteFrom('ebra_parked_events').orderBy('parked_at').orderBy('id').limit(limit),
)

const countDropped = statement(({ dropped }: { dropped: number }) =>
  queries.updateTable('ebra_control').set((control) => ({ dropped_events: control('dropped_events', '+', dropped) })),
)

const deleteQuietGates = statement(({ before }: { before: number }) =>
  queries.deleteFrom('ebra_gates').where('closed_at', 'is', null).where('updated_at', '<', before),
)

/** Leaps from number to number, as a claim leaps from lane to lane. */
const freeNumbers = statement(
  ({ limit }: { limit: number }) => sql<{ readonly number: string }>`
    with recursive waited_for (number) as (
      select (select min(waits_for) from ebra_calls where waits_for < 'a')
      union all
      select (select min(waits_for) from ebra_calls where waits_for > number and waits_for < 'a') from waited_for where number is not null
    )
    select number from waited_for
    where number is not null
      and not exists (select 1 from ebra_attempts where status <> 'ENDED' and to_number = waited_for.number)
    limit ${limit}`,
)
