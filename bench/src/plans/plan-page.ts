import type { Executed } from './executed.ts'

/** One operation, over the same rows, by plans of both ages. */
export interface Explained {
  readonly title: string
  /** By plans that were made while the tables were empty. */
  readonly early: readonly Executed[]
  /** By plans that were made with statistics. */
  readonly late: readonly Executed[]
}

/** The page of all operations: a table of what each reads, and the plan of the statement that reads most. */
export function planPage(operations: readonly Explained[], rows: string): string {
  return [introduction(rows), ...operations.map(rowOf), '', ...operations.map(sectionOf)].join('\n')
}

const introduction = (rows: string) => `# Plans on Postgres

How each operation of the store is executed over ${rows}, as \`EXPLAIN (ANALYZE, BUFFERS)\` tells, statements within functions included. \`npm run bench:plans\` writes this page anew; which index serves what is said in [indexes.md](indexes.md).

A row counts as read when a scan found it, whether it was wanted or not; an entry of an index that leads to a row counts like one. Pages are those of 8 kB that the operation touched, found in memory or not, with those of the catalogue that its functions read to plan their statements: once in a session.
"Early" are plans as a first start makes them, while the tables are empty, and keeps them; "late" are plans with statistics.

| operation | statements | rows, early | rows, late | pages, late |
|---|---:|---:|---:|---:|`

function rowOf({ title, early, late }: Explained): string {
  return `| [${title}](#${slugOf(title)}) | ${late.length} | ${counted(rowsOf(early))} | ${counted(rowsOf(late))} | ${counted(pagesOf(late))} |`
}

function sectionOf({ title, early, late }: Explained): string {
  const most = dominant(late)
  const parts = [`## ${title}`, fenced('sql', most?.sql ?? ''), fenced('text', most?.plan ?? '')]
  if (rowsOf(early) > 10 * rowsOf(late) + 1_000) parts.push('Early:', fenced('text', dominant(early)?.plan ?? ''))
  return `${parts.join('\n\n')}\n`
}

/** Of the statements that read, not of those that only call a function which does. */
function dominant(executed: readonly Executed[]): Executed | undefined {
  const reading = executed.filter(({ sql }) => !/^select "ebra"\."\w+"\(/.test(sql))
  return (reading.length > 0 ? reading : executed).toSorted((a, b) => b.rowsVisited - a.rowsVisited || b.pages - a.pages)[0]
}

function rowsOf(executed: readonly Executed[]): number {
  return executed.reduce((sum, { rowsVisited }) => sum + rowsVisited, 0)
}

function pagesOf(executed: readonly Executed[]): number {
  return executed.filter(({ isOutermost }) => isOutermost).reduce((sum, { pages }) => sum + pages, 0)
}

function counted(count: number): string {
  return count.toLocaleString('en').replaceAll(',', ' ')
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}
