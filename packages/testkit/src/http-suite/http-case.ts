import type { SetupHttp } from './scene.ts'

/** One sentence of the wire contract, and how it is shown. */
export interface HttpCase {
  /** What the sentence is about. */
  readonly theme: string
  /** A true sentence, unique within the suite. */
  readonly name: string
  /** Throws an AssertionError where the sentence is not true of the mount. */
  readonly run: (setup: SetupHttp) => Promise<void>
}

/** The cases of one theme, each a sentence and how it is shown. */
export function httpCases(theme: string, sentences: Readonly<Record<string, HttpCase['run']>>): readonly HttpCase[] {
  return Object.entries(sentences).map(([name, run]) => ({ theme, name, run }))
}
