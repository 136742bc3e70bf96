import type { Attempt } from '../domain/attempt.ts'
import type { Call } from '../domain/call.ts'
import type { EnqueueBase, EnqueueResult, IncomingWebhook, Metrics, Verdict, WebhookAnswer } from '../orchestrator/surface.ts'
import type { CallPage, Control, ListQuery } from '../ports/store.ts'

/** A call as a client asks for it: null says the same as leaving a field out. */
export type WireCall = { readonly [TKey in keyof EnqueueBase]?: EnqueueBase[TKey] | null | undefined } & {
  readonly metadata?: object | null | undefined
}

/** What the routes ask of a CallOrchestrator, whatever the types of its metadata and transactions are. */
export interface OrchestratorApi {
  readonly providers: readonly string[]
  readonly publicUrl: string | null
  enqueue(input: WireCall): Promise<EnqueueResult<object>>
  enqueueMany(inputs: readonly WireCall[]): Promise<readonly EnqueueResult<object>[]>
  get(id: string): Promise<Call<object> | null>
  update(id: string, changes: WireCall): Promise<Call<object>>
  list(query: ListQuery): Promise<CallPage<object>>
  attempts(id: string): Promise<readonly Attempt[]>
  cancel(id: string): Promise<Call<object>>
  retry(id: string): Promise<Call<object>>
  resolve(attemptId: string, verdict: Verdict): Promise<Call<object>>
  handleWebhook(request: IncomingWebhook): Promise<WebhookAnswer>
  metrics(): Promise<Metrics>
  control(): Promise<Control>
  setConcurrency(capacity: number | null): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  release(gateId: string): Promise<void>
  ping(): Promise<void>
  /** Tells the host's listeners and logger of a failure that a client was told nothing of. */
  report(error: unknown): void
}
