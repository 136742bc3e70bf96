import type { Attempt } from '../../src/domain/attempt.ts'
import type { AttemptWrite, LocatedAttempt } from '../../src/domain/attempt-write.ts'
import type { Call } from '../../src/domain/call.ts'
import { retryPolicyFrom } from '../../src/domain/retry.ts'
import type { Rules } from '../../src/domain/rules.ts'
import { written as recordAfter } from '../../src/domain/written.ts'

/** Noon of an ordinary day. */
export const noon = new Date('2026-03-01T12:00:00.000Z')

/** A call under its first attempt, just claimed at noon. */
export function aRecord(changes: { call?: Partial<Call>; attempt?: Partial<Attempt>; isLatest?: boolean } = {}): LocatedAttempt {
  return { call: { ...call, ...changes.call }, attempt: { ...attempt, ...changes.attempt }, isLatest: changes.isLatest ?? true }
}

/** Rules with the defaults of the library, at noon, without jitter. */
export function rules(changes: Partial<Rules> = {}): Rules {
  return {
    now: noon,
    retry: retryPolicyFrom({ baseDelayMs: 30_000 }),
    random: () => 0,
    staleAfterMs: 900_000,
    onLost: { unconfirmed: 'retry', silent: 'expire' },
    storeDetails: 'facts',
    reconcile: { afterMs: 60_000, everyMs: 30_000 },
    canAsk: false,
    isRepeated: false,
    canExpire: true,
    ...changes,
  }
}

/** The record as a store has it after the write, or as it was where a guard did not hold. */
export function written(record: LocatedAttempt, write: AttemptWrite): LocatedAttempt {
  if (write.revision !== record.attempt.revision || (write.call !== null && write.call.from !== record.call.status)) return record
  return recordAfter(record, write, noon)
}

const call: Call = {
  id: '01890000-0000-7000-8000-000000000001',
  tenant: null,
  to: '+12025550123',
  from: null,
  scriptId: 'welcome',
  variables: {},
  metadata: {},
  provider: null,
  providerOptions: {},
  status: 'IN_PROGRESS',
  outcome: null,
  priority: 0,
  exclusive: true,
  attempts: 1,
  maxAttempts: 3,
  lastError: null,
  providerCallId: null,
  durationSec: null,
  retryOf: null,
  scheduledAt: null,
  nextAttemptAt: null,
  expiresAt: null,
  cancelRequestedAt: null,
  createdAt: noon,
  updatedAt: noon,
  startedAt: noon,
  endedAt: null,
}

const attempt: Attempt = {
  attemptId: `${call.id}.1`,
  callId: call.id,
  attemptNumber: 1,
  to: call.to,
  from: null,
  scriptId: call.scriptId,
  variables: {},
  metadata: {},
  providerOptions: {},
  tenant: null,
  sentAt: noon,
  providerCallId: null,
  providerState: {},
  provider: 'http',
  status: 'PLACING',
  phase: null,
  outcome: null,
  error: null,
  details: {},
  putBack: false,
  aliases: [],
  sendBy: new Date(noon.getTime() + 5_000),
  answerBy: new Date(noon.getTime() + 15_000),
  startedAt: noon,
  endedAt: null,
  lastSignAt: noon,
  revision: 0,
}
