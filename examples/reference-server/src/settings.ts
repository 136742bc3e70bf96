import { isIPv6 } from 'node:net'
import type { Environment } from './environment.ts'

/** What the service is, whatever its variables are called. */
export interface Settings {
  readonly port: number
  readonly httpAdapter: 'express' | 'fastify'
  /** The least that is worth a line. */
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** Null: everybody may do everything, so that nobody but this machine may come. */
  readonly apiKey: string | null
  /** Null: the address where it listens. */
  readonly publicUrl: string | null
  readonly database: DatabaseSettings
  readonly platform: PlatformSettings
  readonly webhookSecrets: readonly string[] | false
  readonly concurrency: number
  readonly maxAttempts: number
  readonly baseDelayMs: number
  readonly staleAfterMs: number
}

/** Where the calls are kept. */
export type DatabaseSettings =
  | { readonly kind: 'postgres'; readonly connectionString: string }
  | { readonly kind: 'sqlite'; readonly file: string }

/** Who rings. */
export type PlatformSettings = { readonly kind: 'simulator' } | { readonly kind: 'http'; readonly baseUrl: string; readonly apiKey: string }

/** The settings that an environment stands for. */
export function settingsFrom(environment: Environment): Settings {
  return {
    port: environment.PORT,
    httpAdapter: environment.HTTP_ADAPTER,
    logLevel: environment.LOG_LEVEL,
    apiKey: environment.API_KEY ?? null,
    publicUrl: environment.PUBLIC_BASE_URL ?? null,
    database: databaseFrom(environment),
    platform: platformFrom(environment),
    webhookSecrets: environment.WEBHOOK_SECRET ?? false,
    concurrency: environment.GLOBAL_CONCURRENCY,
    maxAttempts: environment.MAX_ATTEMPTS,
    baseDelayMs: environment.BASE_RETRY_SECONDS * 1_000,
    staleAfterMs: environment.STALE_INPROG_SECONDS * 1_000,
  }
}

function databaseFrom({ DATABASE_URL, DB_HOST, DB_PORT, DB_USER, DB_PASS, DB_NAME, SQLITE_FILE }: Environment): DatabaseSettings {
  if (DATABASE_URL !== undefined) return { kind: 'postgres', connectionString: DATABASE_URL }
  if (DB_USER === undefined || DB_NAME === undefined) return { kind: 'sqlite', file: SQLITE_FILE }
  const [user, password, name] = [DB_USER, DB_PASS ?? '', DB_NAME].map(encodeURIComponent)
  const host = isIPv6(DB_HOST) ? `[${DB_HOST}]` : DB_HOST
  return { kind: 'postgres', connectionString: `postgres://${user}:${password}@${host}:${DB_PORT}/${name}` }
}

function platformFrom({ USE_SIMULATOR, PROVIDER_BASE_URL, PROVIDER_API_KEY }: Environment): PlatformSettings {
  if (USE_SIMULATOR || PROVIDER_BASE_URL === undefined || PROVIDER_API_KEY === undefined) return { kind: 'simulator' }
  return { kind: 'http', baseUrl: PROVIDER_BASE_URL, apiKey: PROVIDER_API_KEY }
}
