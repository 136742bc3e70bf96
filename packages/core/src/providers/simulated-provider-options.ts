import { optionNumber, refuseUnknownKeys } from '../domain/options.ts'
import { ConfigurationError } from '../errors.ts'
import { type Now, systemNow } from './clock.ts'
import { requireProviderName } from './provider-name.ts'
import { keysFromSecrets } from './webhook-secret.ts'

/** How a simulated call may end. `rejected` is said in answer to the dial. */
export type SimulatedEnding = 'completed' | 'no-answer' | 'busy' | 'voicemail' | 'failed' | 'rejected'

/** A span, or the bounds of a random one. */
export type SimulatedSpanMs = number | { readonly min: number; readonly max: number }

/** How the simulated platform behaves. */
export interface SimulatedProviderOptions {
  /** Defaults to `simulator`. */
  readonly name?: string
  /** Another seed gives the same dials other endings and spans. Defaults to 1. */
  readonly seed?: number
  /** How long a conversation, or a message on a machine, takes. Defaults to 3 000. */
  readonly durationMs?: SimulatedSpanMs
  /** How long it rings. Defaults to 500. */
  readonly answerDelayMs?: SimulatedSpanMs
  /** Relative weights of the endings. Defaults to `{ completed: 1 }`. */
  readonly outcomes?: Readonly<Partial<Record<SimulatedEnding, number>>>
  /** How long a dial may go unanswered, which only `…0006` does. Defaults to 10 000. */
  readonly placeTimeoutMs?: number
  /** `whsec_…` secrets: its webhooks are signed with the first, and unsigned ones refused. Defaults to false. */
  readonly webhookSecrets?: readonly string[] | false
  /** The time that calls and signatures bear. Defaults to the time of this machine. */
  readonly now?: Now
}

/** The options of a SimulatedProvider, checked once. */
export interface SimulatedProviderSettings {
  readonly name: string
  readonly seed: number
  readonly durationMs: { readonly min: number; readonly max: number }
  readonly answerDelayMs: { readonly min: number; readonly max: number }
  readonly outcomes: readonly (readonly [SimulatedEnding, number])[]
  readonly placeTimeoutMs: number
  readonly webhookSecret: string | null
  readonly webhookKeys: readonly Uint8Array[] | false
  readonly now: Now
}

/** Throws a ConfigurationError that names the option, what was expected and what came. */
export function resolveSimulatedProviderOptions(options: SimulatedProviderOptions): SimulatedProviderSettings {
  refuseUnknownKeys(where, options, knownOptions)
  const secrets = options.webhookSecrets ?? false
  return {
    name: requireProviderName(where, options.name ?? 'simulator'),
    seed: optionNumber(where, 'seed', options.seed ?? 1),
    durationMs: resolveSpan('durationMs', options.durationMs ?? 3_000),
    answerDelayMs: resolveSpan('answerDelayMs', options.answerDelayMs ?? 500),
    outcomes: resolveWeights(options.outcomes ?? { completed: 1 }),
    placeTimeoutMs: optionNumber(where, 'placeTimeoutMs', options.placeTimeoutMs ?? 10_000, { min: 1, max: 600_000 }),
    webhookKeys: keysFromSecrets(where, secrets),
    webhookSecret: secrets === false ? null : (secrets[0] ?? null),
    now: options.now ?? systemNow,
  }
}

const where = 'new SimulatedProvider'

/** Timers wait no longer than about 24 days. */
const longestSpanMs = 1_000_000_000

function resolveSpan(option: string, span: SimulatedSpanMs): { readonly min: number; readonly max: number } {
  if (typeof span === 'number') return resolveSpan(option, { min: span, max: span })
  refuseUnknownKeys(`${where}, ${option}`, span, ['min', 'max'])
  const min = optionNumber(where, option, span.min, { min: 0, max: longestSpanMs })
  return { min, max: optionNumber(where, option, span.max, { min, max: longestSpanMs }) }
}

function resolveWeights(outcomes: NonNullable<SimulatedProviderOptions['outcomes']>): readonly (readonly [SimulatedEnding, number])[] {
  refuseUnknownKeys(`${where}, outcomes`, outcomes, endings)
  const weights = endings.map((ending) => [ending, optionNumber(where, `outcomes.${ending}`, outcomes[ending] ?? 0, { min: 0 })] as const)
  if (weights.every(([, weight]) => weight === 0)) throw new ConfigurationError(`${where}: outcomes must give one ending a weight above 0.`)
  return weights
}

const endings = ['completed', 'no-answer', 'busy', 'voicemail', 'failed', 'rejected'] as const satisfies readonly SimulatedEnding[]

const knownOptions = [
  'name',
  'seed',
  'durationMs',
  'answerDelayMs',
  'outcomes',
  'placeTimeoutMs',
  'webhookSecrets',
  'now',
] as const satisfies readonly (keyof SimulatedProviderOptions)[]
