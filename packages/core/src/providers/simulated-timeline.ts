import type { SimulatedPlan } from './simulated-plan.ts'

/** One thing that happens to a simulated call. */
export interface SimulatedStep {
  /** After the step before. */
  readonly afterMs: number
  /** In the words of the generic protocol. */
  readonly status: string
  readonly isEnd: boolean
  /** Of a conversation, in whole seconds. */
  readonly durationSec?: number
}

/** What happens to a call, in order: it rings unless the line is busy or broken, somebody may answer, and it ends. */
export function timelineOf({
  ending,
  answerDelayMs,
  talkMs,
}: Pick<SimulatedPlan, 'ending' | 'answerDelayMs' | 'talkMs'>): readonly SimulatedStep[] {
  const rings = { afterMs: 0, status: 'RINGING', isEnd: false }
  const answered = { afterMs: answerDelayMs, status: 'IN_PROGRESS', isEnd: false }
  switch (ending) {
    case 'completed':
    case 'voicemail':
      return [rings, answered, { afterMs: talkMs, status: ending.toUpperCase(), isEnd: true, durationSec: Math.round(talkMs / 1000) }]
    case 'no-answer':
      return [rings, { afterMs: answerDelayMs, status: 'NO_ANSWER', isEnd: true }]
    case 'busy':
    case 'failed':
      return [{ afterMs: answerDelayMs, status: ending.toUpperCase(), isEnd: true }]
  }
}
