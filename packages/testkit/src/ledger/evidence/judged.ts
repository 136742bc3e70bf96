import type { Ledger } from '../ledger.ts'
import { doubleRings, maxLive, overlappingCalls } from './judge.ts'
import { readLedger } from './report.ts'

/** The verdicts of a ledger, each from its file as it is when asked. */
export function judgedFrom(file: string): Pick<Ledger, 'report' | 'doubleRings' | 'overlappingCalls' | 'maxLive'> {
  return {
    report: () => readLedger(file),
    doubleRings: async () => doubleRings(await readLedger(file)),
    overlappingCalls: async () => overlappingCalls(await readLedger(file)),
    maxLive: async () => maxLive(await readLedger(file)),
  }
}
