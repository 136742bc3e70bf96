import { randomBytes } from 'node:crypto'
import type { Attempt } from '../domain/attempt.ts'
import type { Call } from '../domain/call.ts'
import { uuidV7Source } from '../domain/identifiers.ts'
import type { JsonObject } from '../domain/json.ts'
import { StoppedError } from '../errors.ts'
import type { CallPage, Control, PendingFilter } from '../ports/store.ts'
import { createEngine } from './create-engine.ts'
import { type Engine, report } from './engine.ts'
import type { CallEvent, CallEventType, EventNamed } from './events.ts'
import { cancel, cancelMany } from './operations/cancel.ts'
import { pause, release, resume, setConcurrency } from './operations/control.ts'
import { enqueue, enqueueMany, enqueueSync } from './operations/enqueue.ts'
import { prune } from './operations/prune.ts'
import { attempts, control, erase, get, list, metrics, ping } from './operations/read.ts'
import { resolve } from './operations/resolve.ts'
import { retry } from './operations/retry.ts'
import { update } from './operations/update.ts'
import { waitFor } from './operations/wait-for.ts'
import type { OrchestratorOptions } from './options.ts'
import { resolveSettings } from './resolve-settings.ts'
import { startDialing } from './start.ts'
import { stopDialing } from './stop.ts'
import type { EnqueueInput, EnqueueResult, IncomingWebhook, ListInput, Metrics, UpdateInput, Verdict, WebhookAnswer } from './surface.ts'
import { deliver, handleWebhook } from './webhook-intake.ts'

const defaultGraceMs = 15_000

/**
 * Places outbound calls reliably: a queue in your database, an exact cap on live calls across the fleet, one ring per attempt at most.
 *
 * ```ts
 * const orchestrator = new CallOrchestrator({ store, provider, concurrency: 30 })
 * orchestrator.on('call.completed', ({ call }) => save(call.id, call.outcome))
 * await orchestrator.start()
 * await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome' })
 * ```
 *
 * A process that only enqueues, or takes webhooks, never calls `start()`. Nothing of the host's is touched: no signal handlers, no `process.exit`, no console; timers keep no process
 * alive, and a pool that was passed in is never closed. Throws a ConfigurationError for options that are wrong; every other error carries its code, see {@link ErrorCode}.
 */
export class CallOrchestrator<TMetadata extends object = JsonObject, TTransaction = unknown, TSyncTransaction = unknown>
  implements AsyncDisposable
{
  readonly #engine: Engine
  readonly #ids: { nextId(): string }
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null

  constructor(options: OrchestratorOptions<TMetadata, TTransaction, TSyncTransaction>) {
    const settings = resolveSettings(options)
    this.#engine = createEngine(settings, options.store as Engine['store'])
    const nextUuid = uuidV7Source(randomBytes)
    this.#ids = { nextId: () => nextUuid(this.#engine.clock.now().getTime()) }
    for (const provider of settings.providers.values()) {
      if (provider.webhooksUnsigned === true)
        settings.logger?.warn({ provider: provider.name }, 'Webhooks of this provider are believed unsigned.')
      provider.subscribe?.((request) => deliver(this.#engine, provider, request))
    }
  }

  /** Names of the providers; the first dials calls that name none. */
  get providers(): readonly string[] {
    return [...this.#engine.settings.providers.keys()]
  }

  /** Where the HTTP routes are mounted, without a slash at the end; null: polling only. */
  get publicUrl(): string | null {
    return this.#engine.settings.publicUrl
  }

  /**
   * Begins to dial: opens the store, writes `concurrency` as the fleet's cap, and claims. Throws CONFIGURATION_INVALID where the database's settings would make claims inexact, and
   * STORE_UNAVAILABLE where it does not answer; then it can be called again.
   */
  start(): Promise<void> {
    if (this.#stopping !== null) return Promise.reject(new StoppedError())
    this.#starting ??= startDialing(this.#engine).catch((error: unknown) => {
      this.#starting = null
      throw error
    })
    return this.#starting
  }

  /** Claims and sends no more, gives requests that are under way `graceMs` (15 s by default) for their answer, and closes the store. A live call goes on; its webhooks settle it elsewhere, or later. */
  stop({ graceMs = defaultGraceMs }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#stopping ??= this.#stop(graceMs)
    return this.#stopping
  }

  /** Durable once it resolves or, with a host's own `transaction`, once that commits. Throws VALIDATION_FAILED or IDEMPOTENCY_KEY_REUSED. */
  enqueue(input: EnqueueInput<TMetadata>, options: { readonly transaction?: TTransaction } = {}): Promise<EnqueueResult<TMetadata>> {
    return this.#typed(enqueue(this.#context, input, options.transaction))
  }

  /** All or none, in one transaction and order; one result each. Throws as `enqueue` does, each problem with its index. */
  enqueueMany(
    inputs: readonly EnqueueInput<TMetadata>[],
    options: { readonly transaction?: TTransaction } = {},
  ): Promise<readonly EnqueueResult<TMetadata>[]> {
    return this.#typed(enqueueMany(this.#context, inputs, options.transaction))
  }

  /** Within a synchronous transaction of the host's own (better-sqlite3): it has inserted, or thrown, when it returns. The store must have been opened. */
  enqueueSync(input: EnqueueInput<TMetadata>, options: { readonly transaction: TSyncTransaction }): EnqueueResult<TMetadata> {
    return enqueueSync(this.#context, input, options.transaction) as unknown as EnqueueResult<TMetadata>
  }

  /** Null for an id that no call has. */
  get(callId: string): Promise<Call<TMetadata> | null> {
    return this.#typed(get(this.#engine, callId))
  }

  /** Changes a PENDING call: what is dialed next is what the last update said. Throws CALL_NOT_FOUND, CALL_NOT_PENDING or VALIDATION_FAILED. */
  update(callId: string, changes: UpdateInput<TMetadata>): Promise<Call<TMetadata>> {
    return this.#typed(update(this.#engine, callId, changes))
  }

  /** Newest first, by page or by cursor. Throws VALIDATION_FAILED. */
  list(query: ListInput = {}): Promise<CallPage<TMetadata>> {
    return this.#typed(list(this.#engine, query))
  }

  /** Every attempt that is kept, in order; empty for an id that no call has. */
  attempts(callId: string): Promise<readonly Attempt[]> {
    return attempts(this.#engine, callId)
  }

  /** CANCELED at once while PENDING. A live call is asked to end: no retry follows, and it ends CANCELED, or COMPLETED if it had. Throws CALL_NOT_FOUND or CALL_ENDED. */
  cancel(callId: string): Promise<Call<TMetadata>> {
    return this.#typed(cancel(this.#engine, callId))
  }

  /** Cancels every PENDING call that matches. An empty filter matches all. */
  cancelMany(filter: PendingFilter): Promise<{ readonly canceled: number }> {
    return cancelMany(this.#engine, filter)
  }

  /** Enqueues an ended call anew, with `retryOf`. Throws CALL_NOT_FOUND or CALL_NOT_ENDED. */
  retry(callId: string): Promise<Call<TMetadata>> {
    return this.#typed(retry(this.#context, callId))
  }

  /** Blanks number, variables, metadata and details of an ended call, for good. Throws CALL_NOT_FOUND or CALL_NOT_ENDED. */
  erase(callId: string): Promise<void> {
    return erase(this.#engine, callId)
  }

  /** Deletes every call that ended before `olderThan`, with its attempts and its idempotency key, a thousand a transaction. `retention` does the same on a schedule. Throws VALIDATION_FAILED. */
  prune(filter: { readonly olderThan: Date }): Promise<{ readonly pruned: number }> {
    return prune(this.#engine, filter)
  }

  /** Resolves with the call once it has ended, whichever process settles it. Throws CALL_NOT_FOUND, or the signal's reason. */
  waitFor(callId: string, options: { readonly signal?: AbortSignal } = {}): Promise<Call<TMetadata>> {
    return this.#typed(waitFor(this.#engine, callId, options.signal))
  }

  /** Verifies a webhook and writes its events; answers once they are durable. Never throws for the sender's fault. */
  handleWebhook(request: IncomingWebhook): Promise<WebhookAnswer> {
    return handleWebhook(this.#engine, request)
  }

  /** The operator's cap, 0…100 000, which wins over `concurrency` and outlives restarts; null takes it back. */
  setConcurrency(capacity: number | null): Promise<void> {
    return setConcurrency(this.#engine, capacity)
  }

  /** Nothing is claimed by anybody until `resume()`. */
  pause(): Promise<void> {
    return pause(this.#engine)
  }

  resume(): Promise<void> {
    return resume(this.#engine)
  }

  /** Opens a gate by hand. Throws GATE_NOT_FOUND. */
  release(gateId: string): Promise<void> {
    return release(this.#engine, gateId)
  }

  /** Decides an attempt that nobody could settle. Throws ATTEMPT_NOT_RESOLVABLE unless it is UNCONFIRMED or HELD. */
  resolve(attemptId: string, verdict: Verdict): Promise<Call<TMetadata>> {
    return this.#typed(resolve(this.#engine, attemptId, verdict))
  }

  /** The cap and the gates, as the fleet obeys them. */
  control(): Promise<Control> {
    return control(this.#engine)
  }

  /** Figures for operators. */
  metrics(): Promise<Metrics> {
    return metrics(this.#engine)
  }

  /** Resolves when the database answers. Throws STORE_UNAVAILABLE. */
  ping(): Promise<void> {
    return ping(this.#engine)
  }

  /** Tells `error` and the logger of what went wrong around the orchestrator. Its HTTP routes report here what they answer by 500. */
  report(error: unknown): void {
    report(this.#engine, error)
  }

  /** Hears of one type of event, or of all with `*`. See {@link CallEvent} for the table. */
  on<TType extends CallEventType>(type: TType, listener: (event: EventNamed<TMetadata, TType>) => unknown): this
  on(type: '*', listener: (event: CallEvent<TMetadata>) => unknown): this
  on(type: CallEventType | '*', listener: (event: never) => unknown): this {
    this.#engine.emitter.on(type, listener)
    return this
  }

  off(type: CallEventType | '*', listener: (event: never) => unknown): this {
    this.#engine.emitter.off(type, listener)
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  get #context() {
    return { engine: this.#engine, ids: this.#ids }
  }

  async #stop(graceMs: number): Promise<void> {
    await this.#starting?.catch(() => undefined)
    await stopDialing(this.#engine, graceMs)
  }

  /** Metadata has passed the host's schema on its way in; that is all the proof of its type there is. */
  #typed<TResult>(result: Promise<unknown>): Promise<TResult> {
    return result as Promise<TResult>
  }
}
