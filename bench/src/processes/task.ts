import type { Platform } from '../platform.ts'
import type { Client } from '../system.ts'

/** What a task finds in the process that performs it. */
export interface ProcessContext {
  readonly client: Client
  readonly platform: Platform
}

/** Something that a process under test can be told to do. It is known by the name of its function; arguments and result are cloned on their way. */
export type Task<TArgs, TResult> = (context: ProcessContext, args: TArgs) => Promise<TResult>

/** A task whatever it takes. */
export type AnyTask = Task<never, unknown>

/** What the parent asks for. */
export interface TaskRequest {
  readonly id: number
  readonly task: string
  readonly args: unknown
}

/** What a process says: it has a connection, it has settled so many calls, or what came of a request. */
export type ProcessMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'settled'; readonly count: number }
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
