import type { DialRequest } from '../domain/attempt.ts'
import type {
  CheckRequest,
  PlaceResult,
  Provider,
  ProviderContext,
  ProviderTraits,
  WebhookRequest,
  WebhookResult,
} from '../ports/provider.ts'
import { checkOverHttp } from './http-check.ts'
import { hangUpOverHttp } from './http-hang-up.ts'
import { findOverHttp, getOverHttp } from './http-lookup.ts'
import { placeOverHttp } from './http-place.ts'
import type { HttpProviderOptions } from './http-provider-options.ts'
import { type HttpProviderSettings, resolveHttpProviderOptions } from './http-provider-settings.ts'
import { webhookOverHttp } from './http-webhook.ts'

/**
 * A platform that speaks the generic provider protocol over HTTP, or nearly: `map` translates the rest.
 *
 * A dial is one POST over a connection of its own, never repeated here. `get`, `find` and `hangUp` exist on the object only where they were switched
 * on. Throws a ConfigurationError for options that are wrong.
 */
export class HttpProvider implements Provider {
  readonly name: string
  readonly traits: ProviderTraits
  /** True where the host chose to believe unsigned webhooks. */
  readonly webhooksUnsigned: boolean
  declare readonly get?: NonNullable<Provider['get']>
  declare readonly find?: NonNullable<Provider['find']>
  declare readonly hangUp?: NonNullable<Provider['hangUp']>
  readonly #settings: HttpProviderSettings

  constructor(options: HttpProviderOptions) {
    const settings = resolveHttpProviderOptions(options)
    this.name = settings.name
    this.traits = settings.traits
    this.webhooksUnsigned = settings.webhookKeys === false
    this.#settings = settings
    if (options.get) this.get = (attempt, context) => getOverHttp(settings, attempt, context)
    if (options.find) this.find = (attempt, context) => findOverHttp(settings, attempt, context)
    if (options.hangUp) this.hangUp = (attempt, context) => hangUpOverHttp(settings, attempt, context)
  }

  /** Refuses a script that `scripts` lacks, and provider options that would unbind the dial from its attempt. */
  check(request: CheckRequest): readonly { readonly path: string; readonly message: string }[] {
    return checkOverHttp(this.#settings, request)
  }

  place(request: DialRequest, context: ProviderContext): Promise<PlaceResult> {
    return placeOverHttp(this.#settings, request, context)
  }

  webhook(request: WebhookRequest): WebhookResult {
    return webhookOverHttp(this.#settings, request)
  }
}
