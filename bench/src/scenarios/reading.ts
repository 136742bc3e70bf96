import { percentile } from '../latency.ts'
import type { ProcessContext } from '../processes/task.ts'
import { seed } from '../processes/tasks.ts'
import type { TestProcess } from '../processes/test-process.ts'
import { check, type Figures, type Run, type Scenario } from '../scenario.ts'
import type { Amounts } from '../system.ts'

/** Whether somebody can look at a million calls. */
export const reading: Scenario = {
  name: 'reading',
  title: 'Reading: lists and metrics over a million calls',
  about:
    'Half of the calls are pending, half completed, these with 20 numbers. GET by the handler of the HTTP API, without a network: pages of 20, by status PENDING and COMPLETED in turn, and by the number of ' +
    '25 000 calls; the first page with its total, page 1 000, and pages behind cursors from all over the list. 50 times each after one that is not counted: p99 in milliseconds. Targets in brackets.',
  figures: [
    { name: 'statusFirst', title: 'status (≤ 20)', digits: 1 },
    { name: 'statusDeep', title: 'page 1 000 (≤ 50)', digits: 1 },
    { name: 'statusCursor', title: 'cursor (≤ 20)', digits: 1 },
    { name: 'toFirst', title: 'to (≤ 20)', digits: 1 },
    { name: 'toDeep', title: 'page 1 000 (≤ 50)', digits: 1 },
    { name: 'toCursor', title: 'cursor (≤ 20)', digits: 1 },
    { name: 'metrics', title: 'metrics (≤ 20)', digits: 1 },
  ],
  references: [],
  takes: ({ name }) => name.startsWith('ebra'),
  cases: (size) => {
    const half = size === 'full' ? 500_000 : 1_000
    const amounts = { pending: half, finished: half, numbers: size === 'full' ? 20 : 2 }
    return [{ name: `${(2 * half).toLocaleString('en')} calls`, measure: (run) => measureReading(run, amounts) }]
  },
  tasks: [timeReads, cursorsAlong],
}

const repetitions = 50
const pageSize = 20
/** Cursors are taken at so many places of a list. */
const places = 10

async function measureReading(run: Run, amounts: Required<Amounts>): Promise<Figures> {
  await run.fill((process) => process.perform(seed, amounts))
  const process = await run.startProcess()
  const byStatus = ['PENDING', 'COMPLETED'].map((status) => `/calls?status=${status}`)
  const byNumber = ['/calls?to=%2B16502000001']
  const [first] = await process.perform(timeReads, { paths: byStatus })
  check(first?.total === amounts.pending, `The list of pending calls has a total of ${first?.total}, not ${amounts.pending}.`)
  const [statusFirst, statusDeep, statusCursor] = await readLists(process, byStatus, amounts.finished)
  const [toFirst, toDeep, toCursor] = await readLists(process, byNumber, amounts.finished / amounts.numbers)
  return {
    statusFirst,
    statusDeep,
    statusCursor,
    toFirst,
    toDeep,
    toCursor,
    metrics: p99Of(await process.perform(timeReads, { paths: ['/metrics'] })),
  }
}

/** The p99 of first pages, of page 1 000 or the last that is full, and of pages behind cursors. The lists have so many calls each. */
async function readLists(process: TestProcess, lists: readonly string[], calls: number): Promise<readonly [number, number, number]> {
  const deepest = Math.min(1_000, calls / pageSize)
  const cursors = await Promise.all(lists.map((list) => process.perform(cursorsAlong, { list, pages: calls / pageSize })))
  const page = async (paths: readonly string[]) => {
    const reads = await process.perform(timeReads, { paths })
    check(
      reads.every(({ shown }) => shown === pageSize),
      `${paths[0]} does not show ${pageSize} calls.`,
    )
    return p99Of(reads)
  }
  return [await page(lists), await page(lists.map((list) => `${list}&page=${deepest}`)), await page(cursors.flat())]
}

function p99Of(reads: readonly Read[]): number {
  return percentile(
    reads.map(({ ms }) => ms),
    0.99,
  )
}

/** One answer. */
interface Read {
  readonly ms: number
  /** Calls on the page, and in the list; undefined where it is none, or does not tell. */
  readonly shown: number | undefined
  readonly total: number | null | undefined
}

/** Reads the paths in turn, after each was read once. */
async function timeReads({ client }: ProcessContext, { paths }: { readonly paths: readonly string[] }): Promise<readonly Read[]> {
  for (const path of paths) await client.read?.(path)
  const reads: Read[] = []
  for (let index = 0; index < repetitions; index++) {
    const startMs = performance.now()
    const answer = (await client.read?.(paths[index % paths.length] ?? '')) ?? ''
    const ms = performance.now() - startMs
    const page = answer.startsWith('{') ? (JSON.parse(answer) as { items?: unknown[]; total?: number | null }) : {}
    reads.push({ ms, shown: page.items?.length, total: page.total })
  }
  return reads
}

/** The list behind cursors from all over it. */
async function cursorsAlong(
  { client }: ProcessContext,
  { list, pages }: { readonly list: string; readonly pages: number },
): Promise<readonly string[]> {
  const paths: string[] = []
  for (let place = 0; place < places; place++) {
    const page = await client.read?.(`${list}&page=${1 + Math.floor((place * (pages - 1)) / places)}`)
    const { nextCursor } = JSON.parse(page ?? '{}') as { nextCursor?: string }
    paths.push(`${list}&cursor=${encodeURIComponent(nextCursor ?? '')}`)
  }
  return paths
}
