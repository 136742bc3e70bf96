import { createReadStream } from 'node:fs'
import { type CsvError, type Info, parse } from 'csv-parse'

/** A row that says whom to call, as the API takes it. Whether it is right, the API says. */
export interface ListedCall {
  readonly line: number
  readonly call: { readonly to: string; readonly scriptId: string; readonly metadata: Readonly<Record<string, string>> }
}

/** A row that cannot be called, and why. */
export interface BadRow {
  readonly line: number
  readonly reason: string
}

type CsvRow = { readonly info: Info; readonly record: Readonly<Record<string, string>> }

/** Reads a list of any length, row by row. A row with too many or too few columns is handed to `onBadRow`. Throws where the header names no `to` and `scriptId`. */
export async function* readList(file: string, onBadRow: (row: BadRow) => void): AsyncGenerator<ListedCall> {
  const parser = parse({
    bom: true,
    columns: requireColumns,
    info: true,
    trim: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => void onBadRow(badRowFrom(error)),
  })
  createReadStream(file)
    .on('error', (error) => parser.destroy(error))
    .pipe(parser)
  for await (const { info, record } of parser as AsyncIterable<CsvRow>) {
    const { to = '', scriptId = '', ...metadata } = record
    yield { line: info.lines, call: { to, scriptId, metadata } }
  }
}

/** Groups what comes one by one. */
export async function* inBatches<TItem>(items: AsyncIterable<TItem>, size: number): AsyncGenerator<readonly TItem[]> {
  let batch: TItem[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function requireColumns(header: string[]): string[] {
  const missing = ['to', 'scriptId'].filter((name) => !header.includes(name))
  if (missing.length > 0) throw new Error(`The header of the list names no ${missing.join(' and no ')}; it is "${header.join(',')}".`)
  return header
}

function badRowFrom(error: CsvError | undefined): BadRow {
  return { line: Number(error?.['lines'] ?? 0), reason: error?.message ?? 'It cannot be read.' }
}
