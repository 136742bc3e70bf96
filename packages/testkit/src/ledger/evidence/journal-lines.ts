import { createReadStream } from 'node:fs'
import type { EndStatus } from '../plan/call-status.ts'
import type { DialPlan } from '../plan/dial-plan.ts'
import type { PlaceMode } from '../plan/place-modes.ts'

/** A POST was read, and this is how it is treated. */
export interface PostLine {
  readonly kind: 'post'
  /** Milliseconds since 1970, as in every line. */
  readonly at: number
  readonly key: string | null
  readonly attemptId: string | null
  readonly callId: string | null
  readonly to: string
  /** `mismatch`: a known key came back with other bytes. */
  readonly answer: PlaceMode | 'mismatch'
  /** Of the POST, as it was parsed. */
  readonly body: unknown
}

/** A phone rings. */
export interface RingLine {
  readonly kind: 'ring'
  readonly at: number
  /** What names the attempt: its `Idempotency-Key`, else its `attemptId`; null where the caller gave neither. */
  readonly key: string | null
  readonly attemptId: string | null
  readonly callId: string | null
  readonly to: string
  readonly providerCallId: string
  readonly callbackUrl: string | null
  readonly digest: string
  readonly plan: DialPlan
}

/** A call is over: its phone neither rings nor talks any more. */
export interface EndLine {
  readonly kind: 'end'
  readonly at: number
  readonly providerCallId: string
  readonly status: EndStatus
}

/** One line of a ledger's file. Lines stand in the order in which things happened. */
export type LedgerLine = PostLine | RingLine | EndLine

/**
 * Reads a ledger's file line by line, also while the ledger runs. What a crash tore off in the middle of a line was answered to nobody, and is
 * left out.
 *
 * @throws where a line is not the ledger's.
 */
export async function* readLedgerLines(file: string): AsyncGenerator<LedgerLine, void, undefined> {
  let number = 0
  for await (const text of wholeLines(file)) {
    number += 1
    const line = parsedLine(text)
    if (line !== null) yield line
    else if (!isTorn(text)) throw new Error(`${file}:${number} is no line of a ring ledger: ${text.slice(0, 100)}`)
  }
}

async function* wholeLines(file: string): AsyncGenerator<string, void, undefined> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

function parsedLine(text: string): LedgerLine | null {
  try {
    return JSON.parse(text) as LedgerLine
  } catch {
    return null
  }
}

/** Every line begins alike, so what is left of a torn one can be told from a foreign file. */
function isTorn(text: string): boolean {
  const beginning = '{"kind":"'
  return text.startsWith(beginning) || beginning.startsWith(text)
}
