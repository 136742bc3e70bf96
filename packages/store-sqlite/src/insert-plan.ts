import type { Call, InsertResult, NewCall } from '@ebra/core'
import { callFromNew } from './new-call.ts'

/** A call in the database that bears one of the keys. An empty tenant is none. */
export interface KeyBearer {
  readonly id: string
  readonly tenant: string
  readonly key: string
  readonly fingerprint: string
}

/** What an insert does, once it is known who bears its keys. A reused key leaves nothing to add. */
export interface InsertPlan {
  readonly added: readonly NewCall[]
  /** Ids of calls that stood in the database before, to be read. */
  readonly replayedIds: readonly string[]
  readonly refused: readonly InsertResult[]
  /** The answer to the whole list, given the calls that were read, and the instant of the insert. */
  answer(replayed: readonly Call[], now: number): readonly InsertResult[]
}

/** Sorts calls into new ones, replays of a bearer (in the database, or earlier in the list), and keys that were reused for other input. */
export function planInsert(calls: readonly NewCall[], known: readonly KeyBearer[]): InsertPlan {
  const bearers = new Map<string, Bearer>(known.map(({ tenant, key, ...bearer }) => [nameOf(tenant, key), bearer]))
  const knownIds = new Set(known.map(({ id }) => id))
  const pairs = calls.map((call) => ({ call, bearer: bearerFor(call, bearers) }))
  const isAdded = ({ call, bearer }: Pair) => bearer.id === call.id && !knownIds.has(call.id)
  return {
    added: pairs.filter(isAdded).map(({ call }) => call),
    replayedIds: [...new Set(pairs.map(({ bearer }) => bearer.id))].filter((id) => knownIds.has(id)),
    refused: pairs.filter(isRefused).map(({ bearer }) => ({ kind: 'key-reused', callId: bearer.id })),
    answer(replayed, now) {
      const records = new Map(replayed.map((call) => [call.id, call]))
      return pairs.flatMap((pair): readonly InsertResult[] => {
        if (isAdded(pair)) records.set(pair.call.id, callFromNew(pair.call, now))
        const call = records.get(pair.bearer.id)
        return call === undefined ? [] : [{ kind: isAdded(pair) ? 'inserted' : 'replayed', call }]
      })
    },
  }
}

/** The keys of calls as a JSON array of pairs, for the query that looks for their bearers; null: there are none. */
export function keysToJson(calls: readonly NewCall[]): string | null {
  const pairs = calls.flatMap(({ tenant, idempotency }) => (idempotency === null ? [] : [[tenant ?? '', idempotency.key]]))
  return pairs.length === 0 ? null : JSON.stringify(pairs)
}

interface Bearer {
  readonly id: string
  /** Null where there is no key. */
  readonly fingerprint: string | null
}

interface Pair {
  readonly call: NewCall
  readonly bearer: Bearer
}

/** Who bears the call's key: the call itself where nobody did before, and from then on. */
function bearerFor({ id, tenant, idempotency }: NewCall, bearers: Map<string, Bearer>): Bearer {
  if (idempotency === null) return { id, fingerprint: null }
  const name = nameOf(tenant ?? '', idempotency.key)
  const bearer = bearers.get(name) ?? { id, fingerprint: idempotency.fingerprint }
  bearers.set(name, bearer)
  return bearer
}

function isRefused({ call, bearer }: Pair): boolean {
  return call.idempotency !== null && call.idempotency.fingerprint !== bearer.fingerprint
}

function nameOf(tenant: string, key: string): string {
  return JSON.stringify([tenant, key])
}
