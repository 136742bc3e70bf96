import type { BookedCall } from '../calls/call-book.ts'
import { callFacts } from '../calls/call-facts.ts'
import { now } from '../clock.ts'
import type { LedgerContext } from '../ledger-context.ts'
import type { HttpExchange, JsonReply } from './http-exchange.ts'

/** `GET /calls/{providerCallId}`: 200 with the call, or 404. */
export function showCall({ book, rules }: LedgerContext, _exchange: HttpExchange, providerCallId: string): JsonReply {
  if (!rules.lookups.get) return unable
  const call = book.get(providerCallId)
  return call === undefined ? noSuchCall : { status: 200, body: callFacts(call) }
}

/** `GET /calls?attemptId=`: 200 with every call of the attempt that the list knows by now. */
export function listCalls({ book, rules }: LedgerContext, { url }: HttpExchange): JsonReply {
  if (!rules.lookups.find) return unable
  const attemptId = url.searchParams.get('attemptId')
  if (attemptId === null) return { status: 400, body: { error: 'Name the attempt: ?attemptId=' } }
  const isListed = ({ ring }: BookedCall) => now() - ring.at >= rules.lookups.findLagMs
  return { status: 200, body: { items: book.withAttemptId(attemptId).filter(isListed).map(callFacts) } }
}

/** `POST /calls/{providerCallId}/cancel`: 200 when the call has ended by it, 404, or 409 where it was over before. */
export async function cancelCall(
  { book, lives, rules }: LedgerContext,
  _exchange: HttpExchange,
  providerCallId: string,
): Promise<JsonReply> {
  if (!rules.lookups.cancel) return unable
  const call = book.get(providerCallId)
  if (call === undefined) return noSuchCall
  const life = lives.get(providerCallId)
  life?.hangUp()
  await life?.ended
  return { status: call.status === 'CANCELED' ? 200 : 409, body: callFacts(call) }
}

const noSuchCall: JsonReply = { status: 404, body: { error: 'No such call.' } }
const unable: JsonReply = { status: 501, body: { error: 'This platform cannot do that.' } }
