import type { PlatformLog } from '../platform.ts'
import { enqueueBatches } from '../processes/tasks.ts'
import { check, type Figures, type Run, type Scenario } from '../scenario.ts'
import { cap } from '../system.ts'
import { workOff } from '../work.ts'

/** How much of the cap is used while calls wait. */
export const utilisation: Scenario = {
  name: 'utilisation',
  title: 'Utilisation of the cap, by three processes and one that takes the webhooks',
  about:
    `Calls of one second by real timers, counted from the dial. What is possible are ${cap} calls a second; utilisation is what was achieved divided by that, over whole rounds of the slots, ` +
    'without the first two. Whatever a webhook, a commit, a wake-up and a timer take counts as loss. Target in brackets.',
  figures: [
    { name: 'utilisation', title: 'utilisation (≥ 0.98)', digits: 3 },
    { name: 'rate', title: 'calls/s', digits: 2 },
    ...[1, 2, 3].map((rank) => ({ name: `share${rank}`, title: `share ${rank}`, digits: 2 })),
  ],
  references: [],
  takes: ({ name }) => name.startsWith('ebra'),
  cases: (size) => {
    const [rounds, callMs] = size === 'full' ? [32, 1_000] : [8, 200]
    return [{ name: `calls of ${callMs} ms`, measure: (run) => measureUtilisation(run, rounds, callMs) }]
  },
}

const skippedRounds = 2

async function measureUtilisation(run: Run, rounds: number, callMs: number): Promise<Figures> {
  // As many again as there are slots, so that calls wait until the end.
  await run.fill((process) => process.perform(enqueueBatches, { count: (rounds + 2) * cap }))
  const { reports, settled } = await workOff(run, {
    processes: 3,
    calls: rounds * cap,
    pending: (rounds + 2) * cap,
    callMs,
    webhooksElsewhere: true,
  })
  const logs = reports.map(({ log }) => log)
  const rate = steadyRate(logs, rounds)
  const shares = logs.map(({ placed }) => placed.length / settled).toSorted((a, b) => b - a)
  return {
    utilisation: (rate * callMs) / (cap * 1_000),
    rate,
    share1: shares[0] ?? null,
    share2: shares[1] ?? null,
    share3: shares[2] ?? null,
  }
}

/** Calls a second. From a dial to the one that is whole rounds later: calls that began together come in bursts, and any other span would count one too few or too many. */
function steadyRate(logs: readonly PlatformLog[], rounds: number): number {
  const placed = logs.flatMap((log) => log.placed).toSorted((a, b) => a - b)
  const [first, last] = [placed[skippedRounds * cap], placed[(rounds - 1) * cap]]
  check(first !== undefined && last !== undefined, `Only ${placed.length} calls were placed.`)
  return ((rounds - 1 - skippedRounds) * cap * 1_000) / ((last ?? 0) - (first ?? 0))
}
