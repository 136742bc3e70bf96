import type { Transaction } from '../connection.ts'
import { queries, statement } from '../statement.ts'

/** How long a process counts as one that wants more than there is. */
const contendingMs = 2_000
const notedEveryMs = 500
const forgottenAfterMs = 60_000

/** How many processes beside this one wanted more slots than there were, lately. */
export function othersContending(transaction: Transaction, processId: string): number {
  const { now } = transaction
  return transaction.get(countOthers, { processId, after: now - contendingMs, before: now + contendingMs })?.count ?? 0
}

/** Notes that a process wants more slots than there are, twice a second at most. Those that have long been content are forgotten. */
export function contend(transaction: Transaction, processId: string): void {
  const { now } = transaction
  if (transaction.get(noted, { processId, after: now - notedEveryMs, before: now }) !== undefined) return
  transaction.run(forget, { after: now - forgottenAfterMs, before: now + forgottenAfterMs })
  transaction.run(note, { processId, now })
}

const countOthers = statement(({ processId, after, before }: { processId: string; after: number; before: number }) =>
  queries
    .selectFrom('ebra_contenders')
    .select((contender) => contender.fn.countAll<number>().as('count'))
    .where('process_id', '<>', processId)
    .where('wanted_at', '>=', after)
    .where('wanted_at', '<=', before),
)

const noted = statement(({ processId, after, before }: { processId: string; after: number; before: number }) =>
  queries
    .selectFrom('ebra_contenders')
    .select('process_id')
    .where('process_id', '=', processId)
    .where('wanted_at', '>=', after)
    .where('wanted_at', '<=', before),
)

const forget = statement(({ after, before }: { after: number; before: number }) =>
  queries
    .deleteFrom('ebra_contenders')
    .where((contender) => contender.or([contender('wanted_at', '<', after), contender('wanted_at', '>', before)])),
)

const note = statement(({ processId, now }: { processId: string; now: number }) =>
  queries
    .insertInto('ebra_contenders')
    .values({ process_id: processId, wanted_at: now })
    .onConflict((conflict) => conflict.column('process_id').doUpdateSet({ wanted_at: now })),
)
