import type { Platform } from './platform.ts'

/** Live calls that the fleet may have, in every scenario. */
export const cap = 30

/**
 * What is compared: Ebra, another queue, or SQL written by hand. One file each under `systems/`, listed in `all-systems.ts`. Whatever library it takes is imported by `connect`,
 * so that a process holds in memory only what it runs.
 */
export interface System {
  /** For the command line and the results: kebab-case. */
  readonly name: string
  /** For tables and charts. */
  readonly title: string
  readonly server: 'postgres' | 'redis' | 'file'
  /** The package whose version the results name; null: the code is in this folder. */
  readonly library: string | null
  /** How the system's work differs from a lifecycle as it is meant here. Printed beside every table. */
  readonly differs: readonly string[]
  /** The scenarios that it takes part in, where it differs from a sibling in those alone. Defaults to all that take it. */
  readonly onlyIn?: readonly string[]
  /** `address`: of a database of this run's own; for SQLite the path of a file. */
  connect(address: string, platform: Platform): Promise<Client>
}

/** A connection of one process. */
export interface Client {
  /** Makes the tables. Called once for each run, by a process that then ends. */
  install(): Promise<void>
  /** Resolves when the call is durable. */
  enqueue(call: CallInput): Promise<void>
  /** Some thousands of calls, in as few statements as the system can. */
  enqueueMany(calls: readonly CallInput[]): Promise<void>
  /** Places calls until it is stopped. */
  work(share: Share): Promise<Worker>
  /** What became of the calls, for the check after a run. */
  progress(): Promise<Progress>
  /** Writes pending and finished calls by one statement each, as they would lie there after months. */
  seed?(amounts: Amounts): Promise<void>
  /** Takes the webhook that says a call has ended, in whichever process it arrives. */
  receiveEnd?(providerCallId: string): Promise<void>
  /** Answers a GET of the system's HTTP API, without a network. Throws unless the answer is 200. */
  read?(path: string): Promise<string>
  close(): Promise<void>
}

/** One call to enqueue. */
export interface CallInput {
  readonly to: string
  readonly scriptId: string
  readonly variables: { readonly name: string }
  readonly metadata: { readonly customerId: number }
}

/** Which of several processes this one is. Who has no cap for the fleet takes his part of it: see `partOf`. */
export interface Share {
  readonly processes: number
  readonly index: number
}

/** What places calls in a process. */
export interface Worker {
  /** Resolves when everything that was under way is written. */
  stop(): Promise<void>
}

/** `completed` is null where finished calls are deleted. */
export interface Progress {
  readonly completed: number | null
  readonly unfinished: number
}

/** How many calls to seed. */
export interface Amounts {
  readonly pending: number
  readonly finished: number
  /** Numbers that the finished calls were made to, each as often. Defaults to one for each call. */
  readonly numbers?: number
}

/** The slots of one process where each has a fixed part of the cap: all parts together are the cap. */
export function partOf({ processes, index }: Share): number {
  return Math.floor((cap * (index + 1)) / processes) - Math.floor((cap * index) / processes)
}

/** The n-th call of a run. Numbers differ, as they do in a list of customers. */
export function callInput(index: number): CallInput {
  return {
    to: `+1415${String(2_000_000 + index)}`,
    scriptId: 'welcome',
    variables: { name: `Customer ${index}` },
    metadata: { customerId: index },
  }
}

/** Calls `first` to `first + count - 1`. */
export function callInputs(first: number, count: number): readonly CallInput[] {
  return Array.from({ length: count }, (_, offset) => callInput(first + offset))
}
