import type { Attempt } from '../../src/domain/attempt.ts'
import type { Call } from '../../src/domain/call.ts'
import type { News } from './news.ts'

/** Everything there is: the database, the platform, the network between, and the processes. All times are ages in ticks, so that nothing grows for ever. */
export interface State {
  readonly call: CallRow
  /** By number, from 1. */
  readonly attempts: readonly AttemptRow[]
  /** What the platform knows of each number. */
  readonly dials: readonly Dial[]
  readonly workers: readonly Worker[]
  /** Dial requests whose sender does not wait any more. */
  readonly strays: readonly Post[]
}

/** What decides of a call's row. */
export type CallRow = Pick<Call, 'status' | 'attempts'> & { readonly isCanceled: boolean }

/** What decides of an attempt's row, and two notes that only the properties read. */
export interface AttemptRow {
  /** Since its claim. */
  readonly age: number
  readonly fields: AttemptFields
  /** It ended by the word of the host: given up as its `onLost` says, or resolved. */
  readonly isHostsWord: boolean
  /** Why the next number could be claimed; null: it was not. */
  readonly left: 'over' | 'by the host' | 'in doubt' | null
}

/** The columns of an attempt that change. */
export type AttemptFields = Pick<Attempt, 'status' | 'phase' | 'outcome' | 'error' | 'putBack' | 'revision'> & {
  /** Since the last sign of life. */
  readonly silence: number
}

/** A row as a process has read it. */
export interface Read {
  readonly fields: AttemptFields
  readonly call: CallRow
  readonly isLatest: boolean
}

/** What the platform knows of a number. A call that it took first waits, then rings or is refused after all, then is over. */
export interface Dial {
  readonly state: 'unknown' | 'waits' | 'rings' | 'over' | 'refused'
  /** How often the phone rang. */
  readonly rings: number
  /** Since the request was taken. */
  readonly age: number
}

/** A dial request that is under way for so long. */
export interface Post {
  readonly number: number
  readonly age: number
}

/** What a check keeps of the row that it read. */
export type Glance = Pick<AttemptFields, 'status' | 'phase' | 'silence'>

/** One thing that a process does, from one step to the next. A crash ends it anywhere. */
export type Worker =
  | { readonly does: 'nothing' }
  /** It claimed, and nobody told it that the COMMIT held. */
  | { readonly does: 'wonder'; readonly number: number }
  /** It claimed, and has not sent yet. */
  | { readonly does: 'dial'; readonly number: number; readonly read: Read }
  /** It sent and waits. */
  | { readonly does: 'wait'; readonly number: number; readonly read: Read; readonly answer: Answer }
  /** It has read an unconfirmed attempt that may be repeated. */
  | { readonly does: 'check'; readonly number: number; readonly glance: Glance }
  /** It decided to repeat; only a protocol that does not look again at the send comes here. */
  | { readonly does: 'repeat'; readonly number: number; readonly glance: Glance }
  /** It repeated and waits. */
  | { readonly does: 'listen'; readonly number: number; readonly glance: Glance; readonly answer: Answer }
  /** It turns to the look-up. */
  | { readonly does: 'ask'; readonly number: number; readonly glance: Glance }
  /** It has something to write. `read`: the row on which it is decided; null: the row as it will be. `silence`: of the row that a `lost` speaks of. */
  | { readonly does: 'tell'; readonly number: number; readonly news: News; readonly silence: number; readonly read: Read | null }

/** What a sender hears: nothing yet (the age of its request), nothing any more, a yes, or a refusal. */
export type Answer = number | 'none' | 'yes' | 'no'
