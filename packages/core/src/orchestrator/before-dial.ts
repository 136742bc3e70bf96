import type { Fact } from '../domain/facts.ts'
import { withDeadline } from '../ports/deadline.ts'
import type { ClaimedAttempt } from '../ports/turn.ts'
import { cleanText, isWait, maxMessageLength } from './clean-words.ts'
import { type Engine, report } from './engine.ts'
import type { BeforeDialResult } from './options.ts'

/** After a throw or a timeout: the host's check fails closed, and is asked again a minute later. */
const failedDelayMs = 60_000
const longestPostponementMs = 10 * 365 * 86_400_000

/** Asks the host whether to dial; null: dial. A postponed or withdrawn call has spent nothing. */
export async function askHost(engine: Engine, claimed: ClaimedAttempt, sendByMs: number): Promise<Fact | null> {
  const { beforeDial } = engine.settings
  if (beforeDial === null) return null
  const answer = await answerOf(engine, claimed, sendByMs)
  if (answer === 'dial') return null
  if ('cancel' in answer) return { kind: 'withdrawn', reason: answer.cancel }
  return { kind: 'postponed', reason: answer.reason, retryInMs: answer.postponeMs }
}

async function answerOf(engine: Engine, { call, attempt }: ClaimedAttempt, sendByMs: number): Promise<BeforeDialResult> {
  const leftMs = Math.max(0, sendByMs - engine.clock.monotonicMs())
  const ask = async (signal: AbortSignal) => {
    const asked = Promise.resolve(engine.settings.beforeDial?.(call, { attemptNumber: attempt.attemptNumber, signal }) ?? 'dial')
    return checked(await Promise.race([asked, timedOut(signal)]))
  }
  try {
    return await withDeadline(Math.ceil(leftMs), engine.cutOff.signal, ask)
  } catch (error) {
    report(engine, new Error('beforeDial failed; the call is postponed by a minute.', { cause: error }))
    return { postponeMs: failedDelayMs, reason: 'beforeDial failed' }
  }
}

function timedOut(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const late = () => reject(new Error('beforeDial did not answer within the send window.'))
    if (signal.aborted) late()
    else signal.addEventListener('abort', late, { once: true })
  })
}

function checked(answer: BeforeDialResult): BeforeDialResult {
  if (answer === 'dial') return answer
  if (typeof answer === 'object' && answer !== null) {
    if ('cancel' in answer && typeof answer.cancel === 'string') return { cancel: cleanText(answer.cancel, maxMessageLength) }
    if ('postponeMs' in answer && isWait(answer.postponeMs) && answer.postponeMs <= longestPostponementMs) {
      return { postponeMs: answer.postponeMs, reason: cleanText(answer.reason, maxMessageLength) }
    }
  }
  throw new TypeError("beforeDial must answer 'dial', { postponeMs, reason } with at most ten years, or { cancel }.")
}
