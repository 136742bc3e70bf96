import type { Hands, OperationName, Words } from './held-open-operations.ts'

/** A database on which one process can be held open at any step. */
export interface Arena extends AsyncDisposable {
  /** Prepares races, and looks at what they leave. */
  readonly office: Hands
  /** Goes on where they end. */
  readonly successor: Hands
  /** Leaves nothing of the race before. */
  clear(): Promise<void>
  /** Runs one after the other, each in a process of its own. */
  runInTurn(first: OperationName, second: OperationName): Promise<Words>
  /** Holds one before its n-th step while the other runs until it has ended, or waits for the first; then both go on. `wasHeld`: it has so many steps. */
  runAcross(held: OperationName, other: OperationName, step: number): Promise<{ readonly wasHeld: boolean; readonly words: Words }>
}

/** An operation under way. */
interface Run {
  readonly words: Promise<Words>
  isOver(): boolean
}

/** Notes when an operation has ended, well or not. */
export function runToEnd(words: Promise<Words>): Run {
  let isOver = false
  const noted = words.finally(() => {
    isOver = true
  })
  noted.catch(() => undefined)
  return { words: noted, isOver: () => isOver }
}
