import { describeValue } from '../domain/input-description.ts'
import { providerNamePattern } from '../domain/input-fields.ts'
import { optionNumber } from '../domain/options.ts'
import { ConfigurationError } from '../errors.ts'
import type { Provider } from '../ports/provider.ts'
import type { LostChoice, OrchestratorOptions } from './options.ts'
import type { Settings } from './settings.ts'

const where = 'new CallOrchestrator'
const defaultPlaceTimeoutMs = 10_000
const traitRanges = {
  placeTimeoutMs: { min: 1, max: 600_000 },
  findSettleMs: { min: 0, max: 86_400_000 },
  maxCallMs: { min: 1, max: 7 * 86_400_000 },
  maxConcurrent: { min: 1, max: 100_000, isInteger: true },
  dialsPerSecond: { min: 0.001, max: 100_000 },
}

/** What decides a dial's deadlines. */
export interface DeadlineContext {
  readonly staleAfterMs: number
  readonly silent: LostChoice
  readonly longSendWindowMs: number
}

/** The providers by name, and the deadlines of their dials: answers are due within half of `staleAfterMs`, so that a doubt is known long before it is stale. */
export function resolveProviders(
  given: OrchestratorOptions<object>['provider'],
  context: DeadlineContext,
): Pick<Settings, 'providers' | 'claimProviders' | 'sendWindowMs' | 'placeTimeoutMs'> {
  const list = providersOf(given)
  for (const provider of list) checkProvider(provider, context)
  const providers = new Map(list.map((provider) => [provider.name, provider]))
  if (providers.size !== list.length || list.length === 0) {
    throw new ConfigurationError(`${where}: provider must be one or several providers with different names.`)
  }
  const longest = Math.max(...list.map(wantedTimeoutMs))
  const budgetMs = Math.floor(context.staleAfterMs / 2)
  const sendWindowMs = Math.min(
    context.longSendWindowMs,
    Math.floor((budgetMs * context.longSendWindowMs) / (context.longSendWindowMs + longest)),
  )
  const placeTimeoutMs = (provider: Provider) => Math.min(wantedTimeoutMs(provider), budgetMs - sendWindowMs)
  const claimProviders = list.map((provider) => ({
    name: provider.name,
    placeTimeoutMs: placeTimeoutMs(provider),
    maxConcurrent: provider.traits.maxConcurrent ?? null,
  }))
  return { providers, claimProviders, sendWindowMs, placeTimeoutMs }
}

function providersOf(given: unknown): readonly Provider[] {
  if (Array.isArray(given)) return given
  if (typeof given === 'object' && given !== null) return [given as Provider]
  throw new ConfigurationError(`${where}: provider must be a provider, like new SimulatedProvider(), got ${describeValue(given)}.`)
}

function wantedTimeoutMs({ traits }: Provider): number {
  return traits.placeTimeoutMs ?? defaultPlaceTimeoutMs
}

function checkProvider(provider: Provider, { staleAfterMs, silent }: DeadlineContext): void {
  if (typeof provider !== 'object' || provider === null || typeof provider.place !== 'function') {
    throw new ConfigurationError(`${where}: provider must be a provider, like new SimulatedProvider().`)
  }
  if (!providerNamePattern.test(provider.name) || provider.name === 'call-status') {
    throw new ConfigurationError(
      `${where}: a provider's name must match ${providerNamePattern} and not be "call-status", got "${provider.name}".`,
    )
  }
  for (const [trait, range] of Object.entries(traitRanges)) {
    const value = provider.traits?.[trait as keyof typeof traitRanges]
    if (value !== undefined) optionNumber(`${where}: provider "${provider.name}"`, `traits.${trait}`, value, range)
  }
  const { maxCallMs } = provider.traits
  const isBlind = provider.get === undefined && provider.find === undefined
  if (!isBlind || silent !== 'retry' || maxCallMs === undefined || staleAfterMs >= maxCallMs) return
  throw new ConfigurationError(
    `${where}: staleAfterMs (${staleAfterMs}) is below maxCallMs (${maxCallMs}) of provider "${provider.name}", which cannot be asked about a silent call; with onLost.silent "retry" a person would be called during a call. Raise staleAfterMs to ${maxCallMs}.`,
  )
}
