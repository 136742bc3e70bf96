import { endsByStatus, type SpawnedLedger } from '@ebra/testkit/ledger'
import type { Api } from '../fleet/api.ts'

/** What became of the calls, and what the platform saw of it. */
export interface Findings {
  /** By status and outcome, most frequent first. */
  readonly endings: readonly { readonly status: string; readonly outcome: string; readonly calls: number }[]
  /** Calls that have not ended. */
  readonly open: number
  readonly dials: number
  readonly throttled: number
  readonly rings: number
  /** How the conversations ended, as the platform has it. */
  readonly rungOut: ReadonlyMap<string, number>
  readonly maxLive: number
  /** Dials whose phone rang more than once. */
  readonly doubleRings: number
  /** Calls that rang while they were live. */
  readonly overlaps: number
}

/** Asks the API what became of the calls, and the platform, which knows nothing of the API, what it saw. */
export async function examine(api: Api, witness: SpawnedLedger): Promise<Findings> {
  const calls = await readCalls(api)
  const report = await witness.report()
  return {
    endings: countEndings(calls.filter(hasEnded)),
    open: calls.filter((call) => !hasEnded(call)).length,
    dials: report.posts.length,
    throttled: report.posts.filter(({ answer }) => answer === 'throttle').length,
    rings: report.rings.length,
    rungOut: endsByStatus(report),
    maxLive: await witness.maxLive(),
    doubleRings: (await witness.doubleRings()).length,
    overlaps: (await witness.overlappingCalls()).length,
  }
}

interface ListedCall {
  readonly status: string
  readonly outcome: string | null
}

async function readCalls(api: Api): Promise<readonly ListedCall[]> {
  const calls: ListedCall[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = (await api.send('GET', `/calls?pageSize=100${query}`)).body as { items: ListedCall[]; nextCursor: string | null }
    calls.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return calls
}

function hasEnded({ status }: ListedCall): boolean {
  return status !== 'PENDING' && status !== 'IN_PROGRESS'
}

function countEndings(calls: readonly ListedCall[]): Findings['endings'] {
  const groups = Map.groupBy(calls, ({ status, outcome }) => `${status} ${outcome ?? ''}`)
  const endings = [...groups.values()].map((group) => ({
    status: group[0]?.status ?? '',
    outcome: group[0]?.outcome ?? '',
    calls: group.length,
  }))
  return endings.toSorted((one, other) => other.calls - one.calls)
}
