import { createHash } from 'node:crypto'
import type { DialRequest } from '../domain/attempt.ts'
import type { SimulatedEnding, SimulatedProviderSettings } from './simulated-provider-options.ts'

/** What will become of one simulated dial. */
export interface SimulatedPlan {
  /** When the dial is answered: at once, never, or after its webhooks; or that it is refused. */
  readonly placing: 'answered' | 'silent' | 'after-webhooks' | 'rejected' | 'throttled'
  readonly webhooks: 'once' | 'twice' | 'never'
  readonly ending: Exclude<SimulatedEnding, 'rejected'>
  /** From the dial until somebody or something answers, or nobody did. */
  readonly answerDelayMs: number
  /** From the answer until the end; 0 where there was no answer. */
  readonly talkMs: number
}

/** The plan of a dial: a function of the seed and the dial alone, so that it is the same in every process and whatever was dialed before. */
export function planDial(
  request: Pick<DialRequest, 'attemptId' | 'attemptNumber' | 'to'>,
  settings: SimulatedProviderSettings,
): SimulatedPlan {
  const [first, second, third] = fractionsOf(`${settings.seed}:${request.attemptId}`)
  const magic = magicNumbers[request.to.slice(-4)]?.(request.attemptNumber)
  const ending = magic?.ending ?? (magic ? 'completed' : weighted(settings.outcomes, first))
  const isAnswered = ending === 'completed' || ending === 'voicemail'
  return {
    placing: ending === 'rejected' ? 'rejected' : (magic?.placing ?? 'answered'),
    webhooks: magic?.webhooks ?? 'once',
    ending: ending === 'rejected' ? 'failed' : ending,
    answerDelayMs: between(settings.answerDelayMs, second),
    talkMs: isAnswered ? between(settings.durationMs, third) : 0,
  }
}

interface Magic {
  readonly ending?: SimulatedEnding
  readonly placing?: SimulatedPlan['placing']
  readonly webhooks?: SimulatedPlan['webhooks']
}

/** By the last four digits of the number; what is left out is a call that is answered at once and completes. */
const magicNumbers: Readonly<Record<string, (attemptNumber: number) => Magic>> = {
  '0001': () => ({ ending: 'no-answer' }),
  '0002': () => ({ ending: 'busy' }),
  '0003': () => ({ ending: 'rejected' }),
  '0004': (attemptNumber) => ({ ending: attemptNumber <= 2 ? 'failed' : 'completed' }),
  '0005': () => ({ ending: 'voicemail' }),
  '0006': () => ({ placing: 'silent' }),
  '0007': () => ({ webhooks: 'never' }),
  '0008': () => ({ placing: 'after-webhooks', webhooks: 'twice' }),
  '0009': (attemptNumber) => ({ placing: attemptNumber === 1 ? 'throttled' : 'answered' }),
}

function weighted(weights: SimulatedProviderSettings['outcomes'], fraction: number): SimulatedEnding {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
  let left = fraction * total
  for (const [ending, weight] of weights) {
    left -= weight
    if (left < 0) return ending
  }
  return 'completed'
}

function between({ min, max }: { readonly min: number; readonly max: number }, fraction: number): number {
  return Math.round(min + fraction * (max - min))
}

/** Three numbers in [0, 1), the same for the same text. */
function fractionsOf(text: string): readonly [number, number, number] {
  const hash = createHash('sha256').update(text).digest()
  const at = (offset: number) => hash.readUInt32BE(offset) / 2 ** 32
  return [at(0), at(4), at(8)]
}
