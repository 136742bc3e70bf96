import { describeValue } from '../domain/input-description.ts'
import { requireMetadataSchema } from '../domain/metadata-schema.ts'
import { optionNumber, optionOneOf, refuseUnknownKeys } from '../domain/options.ts'
import { phoneNumberRule } from '../domain/phone-number.ts'
import { ConfigurationError } from '../errors.ts'
import type { Logger } from '../ports/logger.ts'
import type { Provider } from '../ports/provider.ts'
import { guardedLogger } from './guarded-logger.ts'
import type { BeforeDial, OrchestratorOptions } from './options.ts'
import { resolveProviders } from './provider-settings.ts'
import { resolveRetry } from './retry-settings.ts'
import type { Settings } from './settings.ts'

const where = 'new CallOrchestrator'
const lostChoices = ['retry', 'expire', 'hold'] as const
const longSendWindowMs = 5_000

const known = [
  'store',
  'provider',
  'concurrency',
  'dialsPerSecond',
  'retry',
  'staleAfterMs',
  'reconcile',
  'onLost',
  'publicUrl',
  'metadata',
  'storeDetails',
  'beforeDial',
  'allowedCountries',
  'checkNumber',
  'retention',
  'logger',
  'clock',
] as const satisfies readonly (keyof OrchestratorOptions<object>)[]

/** Resolves the options. Throws a ConfigurationError for the first that is wrong, with what was expected and what came. */
export function resolveSettings<TMetadata extends object, TTransaction, TSyncTransaction>(
  options: OrchestratorOptions<TMetadata, TTransaction, TSyncTransaction>,
): Settings {
  refuseUnknownKeys(where, options, known)
  requireStore(options.store)
  const staleAfterMs = numberOption('staleAfterMs', options.staleAfterMs, 900_000, { min: 1_000, max: 86_400_000 })
  const logger = resolveLogger(options.logger)
  const onLost = resolveOnLost(options.onLost)
  const deadlines = resolveProviders(options.provider, { staleAfterMs, silent: onLost.silent, longSendWindowMs })
  const concurrency = optionNumber(where, 'concurrency', options.concurrency, { min: 1, max: 100_000, isInteger: true })
  return {
    ...deadlines,
    ...resolveRetry(options.retry, where, logger),
    concurrency,
    dialsPerSecond: resolvePace(options.dialsPerSecond, [...deadlines.providers.values()]),
    staleAfterMs,
    onLost,
    reconcile: resolveReconcile(options.reconcile),
    publicUrl: resolvePublicUrl(options.publicUrl),
    metadata: options.metadata === undefined ? null : requireMetadataSchema(options.metadata),
    storeDetails: optionOneOf(where, 'storeDetails', options.storeDetails ?? 'facts', ['all', 'facts', 'none']),
    beforeDial: resolveBeforeDial(options.beforeDial),
    numberRule: phoneNumberRule(options),
    retentionMs: resolveRetention(options.retention),
    logger,
    clock: requireMethods('clock', options.clock, ['now', 'monotonicMs']),
  }
}

function numberOption(name: string, value: unknown, byDefault: number, range: { min: number; max: number }): number {
  return value === undefined ? byDefault : optionNumber(where, name, value, range)
}

function requireStore(store: unknown): void {
  if (typeof store === 'object' && store !== null && 'commitTurn' in store) return
  throw new ConfigurationError(`${where}: store must be a store, like new SqliteStore({ file: 'ebra.db' }).`)
}

function resolveBeforeDial(beforeDial: unknown): BeforeDial<object> | null {
  if (beforeDial === undefined) return null
  if (typeof beforeDial === 'function') return beforeDial as BeforeDial<object>
  throw new ConfigurationError(`${where}: beforeDial must be a function, got ${describeValue(beforeDial)}.`)
}

function resolveRetention(retention: OrchestratorOptions<object>['retention']): number | null {
  if (retention === undefined) return null
  refuseUnknownKeys(`${where}: retention`, retention, ['olderThanMs'])
  return optionNumber(`${where}: retention`, 'olderThanMs', retention.olderThanMs, { min: 0 })
}

function resolveLogger(given: Logger | undefined): Logger | null {
  const logger = requireMethods('logger', given, ['debug', 'info', 'warn', 'error'])
  return logger === null ? null : guardedLogger(logger)
}

function requireMethods<TObject extends object>(
  name: string,
  given: TObject | undefined,
  methods: readonly (keyof TObject & string)[],
): TObject | null {
  if (given === undefined) return null
  const missing = methods.filter((method) => typeof given?.[method] !== 'function')
  if (missing.length === 0) return given
  throw new ConfigurationError(`${where}: ${name} must have the methods ${methods.join(', ')}; ${missing.join(', ')} missing.`)
}

function resolveOnLost(onLost: OrchestratorOptions<object>['onLost'] = {}): Settings['onLost'] {
  refuseUnknownKeys(`${where}: onLost`, onLost, ['unconfirmed', 'silent'])
  return {
    unconfirmed: optionOneOf(where, 'onLost.unconfirmed', onLost.unconfirmed ?? 'retry', lostChoices),
    silent: optionOneOf(where, 'onLost.silent', onLost.silent ?? 'expire', lostChoices),
  }
}

function resolveReconcile(reconcile: OrchestratorOptions<object>['reconcile'] = {}): Settings['reconcile'] {
  refuseUnknownKeys(`${where}: reconcile`, reconcile, ['afterMs', 'everyMs'])
  return {
    afterMs: numberOption('reconcile.afterMs', reconcile.afterMs, 60_000, { min: 100, max: 86_400_000 }),
    everyMs: numberOption('reconcile.everyMs', reconcile.everyMs, 30_000, { min: 100, max: 86_400_000 }),
  }
}

function resolvePace(dialsPerSecond: unknown, providers: readonly Provider[]): number | null {
  if (dialsPerSecond !== undefined) return optionNumber(where, 'dialsPerSecond', dialsPerSecond, { min: 0.001, max: 100_000 })
  const declared = providers.flatMap(({ traits }) => traits.dialsPerSecond ?? [])
  return declared.length === 0 ? null : Math.min(...declared)
}

function resolvePublicUrl(publicUrl: unknown): string | null {
  if (publicUrl === undefined) return null
  const url = typeof publicUrl === 'string' && URL.canParse(publicUrl) ? new URL(publicUrl) : null
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return url.href.replace(/\/+$/, '')
  throw new ConfigurationError(`${where}: publicUrl must be an http or https URL without query, like "https://app.example.com/voice".`)
}
