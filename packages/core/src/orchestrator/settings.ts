import type { MetadataSchema } from '../domain/metadata-schema.ts'
import type { PhoneNumberRule } from '../domain/phone-number.ts'
import type { RetryPolicy } from '../domain/retry.ts'
import type { Rules } from '../domain/rules.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Provider } from '../ports/provider.ts'
import type { ClaimProvider } from '../ports/turn.ts'
import type { BeforeDial } from './options.ts'

/** The options, resolved once: every default is in, every doubt is out. */
export interface Settings {
  /** By name; the first is the default. */
  readonly providers: ReadonlyMap<string, Provider>
  readonly claimProviders: readonly ClaimProvider[]
  readonly concurrency: number
  readonly dialsPerSecond: number | null
  readonly retry: RetryPolicy
  readonly maxAttempts: number
  readonly staleAfterMs: number
  readonly sendWindowMs: number
  readonly reconcile: Rules['reconcile']
  readonly onLost: Rules['onLost']
  /** Without a slash at its end. */
  readonly publicUrl: string | null
  readonly metadata: MetadataSchema | null
  readonly storeDetails: Rules['storeDetails']
  readonly beforeDial: BeforeDial<object> | null
  readonly numberRule: PhoneNumberRule
  readonly retentionMs: number | null
  readonly logger: Logger | null
  readonly clock: Clock | null
  placeTimeoutMs(provider: Provider): number
}
