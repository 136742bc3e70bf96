import { createHash } from 'node:crypto'
import type { Api } from '../fleet/api.ts'
import { type BadRow, inBatches, type ListedCall, readList } from './read-list.ts'

const batchSize = 500

/** What became of the rows of a list. */
export interface EnqueuedList {
  readonly calls: number
  /** In the order of their lines. */
  readonly badRows: readonly BadRow[]
}

/** Enqueues every row of the list that is right. */
export async function enqueueList(api: Api, file: string): Promise<EnqueuedList> {
  const badRows: BadRow[] = []
  const onBadRow = (row: BadRow) => void badRows.push(row)
  let calls = 0
  for await (const batch of inBatches(readList(file, onBadRow), batchSize)) calls += await enqueueBatch(api, batch, onBadRow)
  return { calls, badRows: badRows.toSorted((one, other) => one.line - other.line) }
}

/** A batch is taken whole or not at all: rows that were refused are left out, and the rest is sent again. */
async function enqueueBatch(api: Api, rows: readonly ListedCall[], onBadRow: (row: BadRow) => void): Promise<number> {
  const calls = rows.map(({ call }) => call)
  // The same calls under the same key are the same calls: a batch whose answer was lost could be sent again.
  const key = createHash('sha256').update(JSON.stringify(calls)).digest('hex')
  const { status, body } = await api.send('POST', '/calls/batch', { calls }, { 'idempotency-key': key })
  if (status === 201 || status === 200) return rows.length
  const refused = refusedRows(rows, body)
  if (status !== 422 || refused.size === 0) throw new Error(`The API refused a batch: ${JSON.stringify(body)}`)
  for (const [row, reason] of refused) onBadRow({ line: row.line, reason })
  const rest = rows.filter((row) => !refused.has(row))
  return rest.length === 0 ? 0 : enqueueBatch(api, rest, onBadRow)
}

/** The API says `{"path": "calls[3].to", "message": "…"}`. */
function refusedRows(rows: readonly ListedCall[], body: unknown): ReadonlyMap<ListedCall, string> {
  const problems = (body as { readonly errors?: readonly { readonly path: string; readonly message: string }[] }).errors ?? []
  return new Map(
    problems.flatMap(({ path, message }) => {
      const [, index, field] = /^calls\[(\d+)\]\.?(.*)$/.exec(path) ?? []
      const row = rows[Number(index)]
      return row === undefined ? [] : [[row, `${field}: ${message}`]]
    }),
  )
}
