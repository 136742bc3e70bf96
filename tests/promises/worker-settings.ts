import {
  CallOrchestrator,
  type DialRequest,
  HttpProvider,
  type HttpProviderOptions,
  type Logger,
  type OrchestratorOptions,
  type Store,
} from '@ebra/core'
import type { CrashPoint } from '@ebra/core/testing'
import { PostgresStore } from '@ebra/store-postgres'
import { SqliteStore } from '@ebra/store-sqlite'

/** Both databases, for promises that hold on either. */
export const databaseKinds = ['SQLite', 'Postgres'] as const

/** Where calls are kept. */
export type DatabaseKind = (typeof databaseKinds)[number]

/** The way to a database, as one process tells it to another. */
export type DatabaseSettings =
  | { readonly kind: 'SQLite'; readonly file: string }
  | { readonly kind: 'Postgres'; readonly connectionString: string; readonly answerTimeoutMs?: number }

/** What the platform is told to be capable of. */
export type PlatformSettings = Pick<
  HttpProviderOptions,
  'baseUrl' | 'get' | 'find' | 'hangUp' | 'idempotencyWindowMs' | 'placeTimeoutMs' | 'findSettleMs' | 'notPlacedStatuses'
>

/** Options of an orchestrator that survive a process boundary. */
export type ConductSettings = Pick<
  OrchestratorOptions<object>,
  'concurrency' | 'dialsPerSecond' | 'staleAfterMs' | 'reconcile' | 'onLost' | 'publicUrl'
> & {
  readonly maxAttempts?: number
}

/** A crash point that a worker does not get past: it says so, and waits for the end, or freezes there until it is continued. */
export interface Trap {
  readonly point: CrashPoint
  /** How often the point is passed before. */
  readonly passes: number
  readonly action: 'wait' | 'freeze'
}

/** Everything that a worker has to know. */
export interface WorkerSettings {
  readonly database: DatabaseSettings
  readonly platform: PlatformSettings
  readonly conduct: ConductSettings
  readonly trap: Trap | null
  /** Several workers may share a public URL: one of them listens there. */
  readonly takesWebhooks: boolean
}

/** What a worker tells its parent. Instants are milliseconds since 1970. */
export type WorkerMessage =
  | { readonly kind: 'started' }
  | { readonly kind: 'trapped'; readonly at: number }
  | { readonly kind: 'stopping'; readonly at: number }

/** A store on the database. */
export function storeOf(database: DatabaseSettings): Store {
  if (database.kind === 'SQLite') return new SqliteStore({ file: database.file })
  const { kind: _, ...options } = database
  return new PostgresStore(options)
}

/** An orchestrator as the settings want it. Each dial says in its body when it was claimed and begun, and by which process, where the platform does not compare bodies. */
export function orchestratorOf(
  { database, platform, conduct }: Pick<WorkerSettings, 'database' | 'platform' | 'conduct'>,
  logger?: Logger,
): CallOrchestrator {
  const { maxAttempts = 100, ...options } = conduct
  const store = storeOf(database)
  const claimedAt = notedClaims(store)
  const body = ({ attemptId }: DialRequest, body: object) => ({
    ...body,
    claimedAt: claimedAt.get(attemptId) ?? null,
    begunAt: Date.now(),
    begunBy: process.pid,
  })
  return new CallOrchestrator({
    ...options,
    store,
    provider: new HttpProvider({
      ...platform,
      webhookSecrets: false,
      ...(platform.idempotencyWindowMs === undefined && { map: { body } }),
    }),
    retry: { maxAttempts, baseDelayMs: 0 },
    ...(logger && { logger }),
  })
}

/** When the store claimed each attempt, in milliseconds since 1970. */
function notedClaims(store: Store): ReadonlyMap<string, number> {
  const claimedAt = new Map<string, number>()
  const commitTurn = store.commitTurn.bind(store)
  store.commitTurn = async (turn) => {
    const result = await commitTurn(turn)
    for (const { attempt } of result.claimed) claimedAt.set(attempt.attemptId, attempt.startedAt.getTime())
    return result
  }
  return claimedAt
}
