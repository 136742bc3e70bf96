import { readLedger } from '../evidence/report.ts'
import type { LedgerSummary } from '../ledger.ts'
import type { LedgerContext } from '../ledger-context.ts'
import { assertLedgerConduct, LedgerOptionsError } from '../option-checks.ts'
import { changedRules } from '../options.ts'
import type { HttpExchange, JsonReply } from './http-exchange.ts'

/** `GET /_ledger`: the summary. */
export function showSummary(ledger: LedgerContext): JsonReply {
  return { status: 200, body: summaryOf(ledger) }
}

/** `GET /_ledger/report`: every POST and every ring. */
export async function showReport({ file }: LedgerContext): Promise<JsonReply> {
  return { status: 200, body: await readLedger(file) }
}

/** `POST /_ledger/mode`: 200 with the rules that hold from now on, or 422 with what was wrong. */
export function switchMode(ledger: LedgerContext, { body }: HttpExchange): JsonReply {
  try {
    const change: unknown = JSON.parse(body.toString('utf8'))
    assertLedgerConduct(change)
    ledger.rules = changedRules(ledger.rules, change)
    return { status: 200, body: ledger.rules }
  } catch (error) {
    const problems = error instanceof LedgerOptionsError ? error.problems : [String(error)]
    return { status: 422, body: { problems } }
  }
}

/** `DELETE /_ledger`: 202, and the ledger ends. */
export function endLedger(ledger: LedgerContext, { response }: HttpExchange): JsonReply {
  response.once('close', () => ledger.close())
  return { status: 202, body: {}, headers: { connection: 'close' } }
}

/** What {@link showSummary} shows. */
export function summaryOf({ book, sender }: LedgerContext): LedgerSummary {
  return { ...book.counts, webhooks: sender.counts }
}
