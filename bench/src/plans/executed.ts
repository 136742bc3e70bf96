/** A statement that was executed, and how. */
export interface Executed {
  readonly sql: string
  /** One line a step, without estimates. */
  readonly plan: string
  /** Rows of tables, and entries of their indexes, that a scan found, whether they were wanted or not. */
  readonly rowsVisited: number
  readonly pages: number
  /** Whether a client asked for it, and not a function of the schema. */
  readonly isOutermost: boolean
}

/** Reads what auto_explain says of a statement. */
export function readExecuted(message: string): Executed {
  const [, sql = '', steps = ''] = /^Query Text: ([\s\S]*?)\n(?=\S.*\(cost=)([\s\S]*)$/m.exec(message) ?? []
  const plan = steps
    .replaceAll(/ +\(cost=\S+ rows=\d+ width=\d+\)/g, '')
    .replaceAll(/^ *(?:Index Searches: 1|Planning:|Storage: .*)\n?/gm, '')
  return { sql, plan, rowsVisited: rowsVisitedBy(plan), pages: pagesOf(plan), isOutermost: sql.includes('"ebra".') }
}

/** Ranges of a BRIN index stand for pages, whose rows the scan of the table then counts. */
function rowsVisitedBy(plan: string): number {
  let loops = 0
  let sum = 0
  for (const line of plan.split('\n')) {
    const [, rows, times] = /\(actual rows=([\d.]+) loops=(\d+)\)/.exec(line) ?? []
    const [, removed] = /Rows Removed by (?:Filter|Index Recheck): (\d+)/.exec(line) ?? []
    if (times !== undefined) loops = Number(times)
    if (readsRows.test(line)) sum += Math.round(Number(rows) * loops)
    if (removed !== undefined) sum += Number(removed) * loops
  }
  return sum
}

const readsRows = /(?:Seq Scan|Index Scan|Index Only Scan|Heap Scan|Tid Scan|Bitmap Index Scan)(?! on \w+_by_age).* on .*actual/

function pagesOf(plan: string): number {
  const [, found = '0', read = '0'] = /Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(plan) ?? []
  return Number(found) + Number(read)
}
