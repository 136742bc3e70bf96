import { describeValue } from '../domain/input-description.ts'
import { type NumberRange, optionNumber, refuseUnknownKeys } from '../domain/options.ts'
import { ConfigurationError } from '../errors.ts'
import type { ProviderTraits } from '../ports/provider.ts'
import { systemNow } from './clock.ts'
import type { GenericWebhookSettings } from './generic-webhook.ts'
import type { HttpMapping, HttpProviderOptions, Scripts, ScriptTarget } from './http-provider-options.ts'
import { requireProviderName } from './provider-name.ts'
import { keysFromSecrets } from './webhook-secret.ts'

/** The options of an HttpProvider, checked and decoded once. */
export interface HttpProviderSettings extends GenericWebhookSettings {
  readonly name: string
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly authorization: string | null
  readonly traits: ProviderTraits
  readonly scripts: Scripts | null
  readonly notPlacedStatuses: readonly number[]
  readonly map: HttpMapping
}

/** Throws a ConfigurationError that names the option, what was expected and what came. */
export function resolveHttpProviderOptions(options: HttpProviderOptions): HttpProviderSettings {
  refuseUnknownKeys(where, options, knownOptions)
  refuseUnknownKeys(`${where}, map`, options.map ?? {}, knownMappings)
  return {
    name: requireProviderName(where, options.name ?? 'http'),
    baseUrl: resolveBaseUrl(options.baseUrl),
    authorization: resolveAuthorization(options.apiKey),
    webhookKeys: keysFromSecrets(where, options.webhookSecrets),
    traits: resolveTraits(options),
    scripts: options.scripts ?? null,
    notPlacedStatuses: (options.notPlacedStatuses ?? []).map(resolveStatus),
    map: options.map ?? {},
    now: options.now ?? systemNow,
  }
}

/** What a script means at the platform, or null where it is not on the list. */
export function scriptTarget({ scripts }: Pick<HttpProviderSettings, 'scripts'>, scriptId: string): ScriptTarget | null {
  if (scripts === null) return {}
  if (typeof scripts === 'function') return scripts(scriptId) ?? null
  return Object.hasOwn(scripts, scriptId) ? (scripts[scriptId] ?? null) : null
}

function resolveBaseUrl(baseUrl: string | URL): string {
  const url = URL.parse(String(baseUrl))
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ConfigurationError(`${where}: baseUrl must be an http or https address, got ${describeValue(String(baseUrl))}.`)
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new ConfigurationError(
      `${where}: baseUrl must hold no user, password, query or fragment. Give a key as apiKey, other headers by map.headers.`,
    )
  }
  return url.href.replace(/\/+$/, '')
}

function resolveAuthorization(apiKey: string | undefined): string | null {
  if (apiKey === undefined) return null
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new ConfigurationError(`${where}: apiKey must be visible ASCII characters. Leave it out for a platform that wants none.`)
  }
  return `Bearer ${apiKey}`
}

function resolveStatus(status: number, index: number): number {
  return optionNumber(where, `notPlacedStatuses[${index}]`, status, { min: 400, max: 599, isInteger: true })
}

function resolveTraits(options: HttpProviderOptions): ProviderTraits {
  const given = traitRanges.filter(([trait]) => options[trait] !== undefined)
  const traits = given.map(([trait, range]) => [trait, optionNumber(where, trait, options[trait], range)])
  return { ...Object.fromEntries(traits), ...idempotencyTrait(options) }
}

function idempotencyTrait({ idempotencyWindowMs }: HttpProviderOptions): Pick<ProviderTraits, 'idempotency'> {
  if (idempotencyWindowMs === undefined) return {}
  return { idempotency: { windowMs: optionNumber(where, 'idempotencyWindowMs', idempotencyWindowMs, { min: 1, max: yearMs }) } }
}

const where = 'new HttpProvider'
const yearMs = 31_536_000_000

const traitRanges = [
  ['placeTimeoutMs', { min: 1, max: 600_000 }],
  ['findSettleMs', { min: 0, max: yearMs }],
  ['maxCallMs', { min: 1, max: yearMs }],
  ['maxConcurrent', { min: 1, isInteger: true }],
  ['dialsPerSecond', { min: 0.001 }],
] as const satisfies readonly (readonly [keyof HttpProviderOptions & keyof ProviderTraits, NumberRange])[]

const knownMappings = ['path', 'headers', 'body', 'answer', 'lookup', 'event'] as const satisfies readonly (keyof HttpMapping)[]

const knownOptions = [
  'name',
  'baseUrl',
  'apiKey',
  'webhookSecrets',
  'scripts',
  'get',
  'find',
  'hangUp',
  'idempotencyWindowMs',
  'placeTimeoutMs',
  'findSettleMs',
  'maxCallMs',
  'maxConcurrent',
  'dialsPerSecond',
  'notPlacedStatuses',
  'map',
  'now',
] as const satisfies readonly (keyof HttpProviderOptions)[]
