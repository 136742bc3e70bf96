import * as z from 'zod'
import { attemptStatuses } from '../../domain/attempt.ts'
import { callStatuses } from '../../domain/call.ts'
import { outcomes } from '../../domain/outcome.ts'

const instant = z.iso.datetime({ precision: 3 }).describe('ISO 8601, UTC, with milliseconds.')
const count = z.int().min(0)
const jsonObject = z.record(z.string(), z.unknown())
const errorText = z.strictObject({ code: z.string(), message: z.string() }).describe('What went wrong, as a stable code and a sentence.')

/** What `callToJson` makes. */
export const callWire = z.strictObject({
  id: z.uuid().describe('UUID version 7: it grows with time.'),
  to: z.string(),
  from: z.string().nullable(),
  scriptId: z.string(),
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  metadata: jsonObject,
  tenant: z.string().nullable(),
  provider: z.string().nullable().describe('Null: the first provider of the process that dials it.'),
  providerOptions: z.record(z.string(), jsonObject).optional().describe('Only where the mount exposes provider options.'),
  status: z.enum(callStatuses),
  priority: z.int(),
  attempts: count.describe('Attempts that were spent; a dial that surely reached no phone spends none.'),
  maxAttempts: count,
  lastError: errorText.nullable(),
  outcome: z.enum(outcomes).nullable(),
  providerCallId: z.string().nullable().describe('Of the last attempt.'),
  durationSec: z.number().nullable().describe('Of the last attempt.'),
  retryOf: z.uuid().nullable().describe('The ended call that this one repeats.'),
  scheduledAt: instant.nullable(),
  nextAttemptAt: instant.nullable().describe('When a PENDING call is due.'),
  expiresAt: instant.nullable().describe('No dial begins later.'),
  cancelRequestedAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
})

/** What `callPageToJson` makes. */
export const callPageWire = z.strictObject({
  items: z.array(callWire).describe('Newest first.'),
  page: z.int().min(1).nullable().describe('Null when paging by cursor.'),
  pageSize: z.int().min(1).max(100),
  total: count.nullable().describe('Exact for a filter on status alone, and up to 10 000 matches otherwise; else null.'),
  totalPages: count.nullable(),
  nextCursor: z.string().nullable().describe('Null on the last page.'),
})

/** What a batch answers: the calls in the order in which they were sent. */
export const batchWire = z.strictObject({ items: z.array(callWire) })

const attemptShape = {
  id: z.string().describe('`<call id>.<number>`: the reference and idempotency key at the provider.'),
  number: z.int().min(1),
  status: z.enum(attemptStatuses),
  to: z.string(),
  scriptId: z.string(),
  provider: z.string(),
  providerCallId: z.string().nullable(),
  outcome: z.enum(outcomes).nullable(),
  reason: z.string().nullable().describe('The platform’s own word.'),
  error: errorText.nullable(),
  answeredBy: z.enum(['human', 'machine', 'fax', 'unknown']).nullable(),
  startedAt: instant,
  answeredAt: instant.nullable(),
  endedAt: instant.nullable(),
  durationSec: z.number().nullable(),
  cost: z.strictObject({ amount: z.string(), currency: z.string() }).nullable(),
  recordingUrl: z.string().nullable(),
  summary: z.string().nullable(),
  data: jsonObject.nullable().describe('Structured analysis.'),
}

/** What `attemptWithTranscriptToJson` makes. */
export const attemptWire = z.strictObject({ ...attemptShape, transcript: z.string().nullable() })

const listedAttemptWire = z.strictObject(attemptShape)

/** A call's attempts, in the order of their numbers. */
export const attemptListWire = z.strictObject({ items: z.array(listedAttemptWire) })

const gateWire = z.strictObject({
  id: z.string(),
  scope: z.string().describe('`*`, `provider:…`, `script:…` or `from:…`.'),
  reason: z.enum(['paused', 'throttled', 'unreachable', 'blocked']),
  code: z.string(),
  opensInMs: count.nullable().describe('Null for a pause; 0 while one call probes it.'),
})

const capacity = count.nullable().describe('Live calls that the fleet may have; null before any process was started.')

/** What `controlToJson` makes. */
export const controlWire = z.strictObject({
  capacity,
  configured: count.nullable().describe('Of the process that started last.'),
  override: count.nullable().describe('The operator’s, which wins.'),
  dialsPerSecond: z.number().nullable(),
  paused: z.boolean(),
  gates: z.array(gateWire),
})

/** What `metricsToJson` makes. */
export const metricsWire = z.strictObject({
  calls: z.strictObject(Object.fromEntries(callStatuses.map((status) => [status, count]))).describe('Rows that exist.'),
  slots: z.strictObject({ used: count, held: count, capacity, configured: count.nullable() }),
  unconfirmed: count,
  parkedWebhooks: count,
  oldestPendingSeconds: z.number().min(0).nullable().describe('How long the most overdue call waits; null: none is due.'),
  gates: z.array(gateWire),
  endedTotal: z.strictObject({ COMPLETED: count, FAILED: count, EXPIRED: count, CANCELED: count }).describe('Only grows.'),
  droppedWebhooks: count.describe('Parked events that were dropped unread.'),
  revived: count.describe('Late events of attempts that had been given up, in this process.'),
  webhooks: z.strictObject({ received: count, rejected: count, parked: count }).describe('In this process.'),
})

/** What a store that answers in time looks like. */
export const healthWire = z.strictObject({ status: z.literal('ok') })

/** Every error. */
export const problemWire = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('What went wrong, as a word to branch on.'),
  errors: z.array(z.strictObject({ path: z.string().describe('Empty for the input as a whole.'), message: z.string() })).optional(),
})

/** The schemas that the OpenAPI document keeps once, under these names. */
export const namedWires = {
  Call: callWire,
  CallPage: callPageWire,
  CallBatch: batchWire,
  Attempt: listedAttemptWire,
  AttemptWithTranscript: attemptWire,
  AttemptList: attemptListWire,
  Gate: gateWire,
  Control: controlWire,
  Metrics: metricsWire,
  Health: healthWire,
  Problem: problemWire,
} as const satisfies Readonly<Record<string, z.ZodType>>
