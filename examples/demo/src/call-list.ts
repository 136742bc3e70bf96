import type { SpawnedLedger } from '@ebra/testkit/ledger'
import { apiAt } from './fleet/api.ts'
import type { Fleet } from './fleet/start-fleet.ts'
import { enqueueList } from './list/enqueue-list.ts'
import { describe, isAllWell } from './result/describe.ts'
import { examine } from './result/examine.ts'
import { followCalls } from './result/follow-calls.ts'
import { ProgressBar } from './result/progress-bar.ts'

/** A list, who calls it, and who watches. */
export interface CallListOptions {
  readonly list: string
  readonly fleet: Fleet
  readonly witness: SpawnedLedger
  readonly cap: number
  readonly signal: AbortSignal
}

/** Calls everybody on the list and prints what became of it. Resolves to whether all was as it must be. */
export async function callList({ list, fleet, witness, cap, signal }: CallListOptions): Promise<boolean> {
  const api = apiAt(fleet.url)
  const startedAt = performance.now()
  const { calls, badRows } = await enqueueList(api, list)
  for (const { line, reason } of badRows) console.log(`  line ${line} is left out: ${reason}`)
  console.log(`${calls} of ${calls + badRows.length} rows are enqueued.`)
  const failed = Promise.race([fleet.failed, interruption(signal)])
  await Promise.race([followCalls(api, calls, new ProgressBar(process.stdout)), failed])
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1)} seconds later:\n`)
  const findings = await examine(api, witness)
  console.log(`${describe(findings, cap)}\n`)
  return isAllWell(findings, cap)
}

function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
