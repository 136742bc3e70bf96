import type { BookedCall } from '../calls/call-book.ts'
import { startLife } from '../calls/call-life.ts'
import { now } from '../clock.ts'
import type { PostLine } from '../evidence/journal-lines.ts'
import type { LedgerContext } from '../ledger-context.ts'
import type { Dial } from '../plan/dial.ts'
import { attemptNameOf, dialFrom } from '../plan/dial.ts'
import type { DialPlan } from '../plan/dial-plan.ts'
import { planDial } from '../plan/dial-plan.ts'
import { fingerprint } from '../plan/draws.ts'
import { placeModes } from '../plan/place-modes.ts'
import type { HttpExchange, JsonReply } from './http-exchange.ts'
import { answerIn, redirectedPath } from './place-answers.ts'

/** `POST /calls`: decides, rings where the decision says so, puts it all on the disk, and only then answers. */
export async function placeCall(ledger: LedgerContext, exchange: HttpExchange): Promise<JsonReply | null> {
  const { response, url, headers, body } = exchange
  const dial = dialFrom(body, [headers['idempotency-key']].flat()[0], url.pathname === redirectedPath)
  if (typeof dial === 'string') return { status: 400, body: { error: dial } }

  const known = recognised(ledger, dial)
  if (known !== null && known.ring.digest !== dial.digest) return await refuseMismatch(ledger, dial)

  const { rules, closing } = ledger
  const plan = planWithinLimit(ledger, dial, known !== null)
  const posted = writePost(ledger, dial, plan.mode)
  const call = placeModes[plan.mode].rings ? (known ?? (await ring(ledger, dial, plan))) : null
  await posted
  return await answerIn[plan.mode]({ response, call, isRepeat: known !== null, rules, closing })
}

function recognised({ book, rules }: LedgerContext, dial: Dial): BookedCall | null {
  const known = rules.dedupe && dial.key !== null ? book.withKey(dial.key) : undefined
  return known !== undefined && now() - known.ring.at < rules.dedupeWindowMs ? known : null
}

async function refuseMismatch(ledger: LedgerContext, dial: Dial): Promise<JsonReply> {
  await writePost(ledger, dial, 'mismatch')
  return { status: 422, body: { error: 'This Idempotency-Key was used with another body.' } }
}

function planWithinLimit({ book, rules, seed }: LedgerContext, dial: Dial, isRepeat: boolean): DialPlan {
  const plan = planDial(dial, book.history(dial), rules, seed)
  const isFull = rules.maxConcurrent !== null && book.liveCount >= rules.maxConcurrent
  return isFull && !isRepeat && placeModes[plan.mode].rings ? { ...plan, mode: 'throttle' } : plan
}

function writePost({ book, journal }: LedgerContext, dial: Dial, answer: PostLine['answer']): Promise<void> {
  const { key, attemptId, callId, to, body } = dial
  book.addPost(dial)
  return journal.append({ kind: 'post', at: now(), key, attemptId, callId, to, answer, body })
}

/** Books the ring at once, so that a second POST with its key finds it, and returns when its line is on the disk. */
async function ring(ledger: LedgerContext, dial: Dial, plan: DialPlan): Promise<BookedCall> {
  const { key, attemptId, callId, to, callbackUrl, digest } = dial
  const providerCallId = `call_${fingerprint(ledger.seed, attemptNameOf(dial), ledger.book.counts.rings).slice(0, 24)}`
  const rung = { at: now(), key, attemptId, callId, to, providerCallId, callbackUrl, digest, plan }
  const call = ledger.book.addRing(rung)
  const written = ledger.journal.append({ kind: 'ring', ...rung })
  const life = startLife(ledger, call, written)
  await written
  if (plan.webhooks.early) await life.told
  return call
}
