import type { EndStatus } from '../plan/call-status.ts'
import type { PostLine } from './journal-lines.ts'
import { readLedgerLines } from './journal-lines.ts'

/** One POST that the ledger read, accepted or not. Requests it could not read, or that had no right to come, are not among them. */
export type Post = Omit<PostLine, 'kind' | 'body'>

/** One ring of one phone, live from its ring until its end. */
export interface Ring {
  readonly key: string | null
  readonly attemptId: string | null
  readonly callId: string | null
  readonly to: string
  readonly providerCallId: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** The places of its ring and its end in the file: what happened first within one millisecond. */
  readonly order: number
  /** Null while it is live. */
  readonly end: { readonly at: number; readonly order: number; readonly status: EndStatus } | null
}

/** Everything a ledger saw. */
export interface LedgerReport {
  /** In the order in which they came. */
  readonly posts: readonly Post[]
  /** In the order in which they rang. */
  readonly rings: readonly Ring[]
}

/** Reads a report from a ledger's file, of a ledger that runs, ended, or was killed. */
export async function readLedger(file: string): Promise<LedgerReport> {
  const posts: Post[] = []
  const rings = new Map<string, Ring>()
  let order = 0
  for await (const line of readLedgerLines(file)) {
    order += 1
    if (line.kind === 'post') {
      const { kind: _kind, body: _body, ...post } = line
      posts.push(post)
    } else if (line.kind === 'ring') {
      const { key, attemptId, callId, to, providerCallId, at } = line
      rings.set(providerCallId, { key, attemptId, callId, to, providerCallId, at, order, end: null })
    } else {
      const ring = rings.get(line.providerCallId)
      if (ring !== undefined) rings.set(ring.providerCallId, { ...ring, end: { at: line.at, order, status: line.status } })
    }
  }
  return { posts, rings: [...rings.values()] }
}
