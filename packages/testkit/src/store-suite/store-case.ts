import type { Setup } from './scene.ts'
import type { StoreFacility } from './store-under-test.ts'

/** One sentence of the Store port, and how it is shown. */
export interface StoreCase {
  /** What the sentence is about. */
  readonly theme: string
  /** A true sentence, unique within the suite. */
  readonly name: string
  /** What the store must be able to do, or the case says nothing of it. */
  readonly needs: readonly StoreFacility[]
  /** Throws an AssertionError where the sentence is not true of the store. */
  readonly run: (setup: Setup) => Promise<void>
}

/** The cases of one theme, each a sentence and how it is shown. */
export function storeCases(theme: string, sentences: Readonly<Record<string, StoreCase['run']>>): readonly StoreCase[] {
  return Object.entries(sentences).map(([name, run]) => ({ theme, name, needs: [], run }))
}

/** The same, for a store that can do what they need. */
export function storeCasesNeeding(
  facility: StoreFacility,
  theme: string,
  sentences: Readonly<Record<string, StoreCase['run']>>,
): readonly StoreCase[] {
  return storeCases(theme, sentences).map((each) => ({ ...each, needs: [facility] }))
}
