import type { PlacedAttempt } from '../domain/attempt.ts'
import type { LookupResult, ProviderContext } from '../ports/provider.ts'
import { type CallReport, readCallReport } from './call-report.ts'
import { type Asked, askOverHttp } from './http-ask.ts'
import type { HttpProviderSettings } from './http-provider-settings.ts'
import { isJsonRecord, type JsonRecord } from './report-fields.ts'

/** Asks for a call by the platform's own id. A 404 is `absent`. */
export async function getOverHttp(settings: HttpProviderSettings, attempt: PlacedAttempt, context: ProviderContext): Promise<LookupResult> {
  const asked = await askOverHttp(settings, 'get', attempt, context.signal)
  return mapped(settings, 'get', asked, attempt) ?? readGet(asked, attempt)
}

/** Asks for a call by our attempt id. Only a list that is surely complete and lacks the attempt is `absent`. */
export async function findOverHttp(
  settings: HttpProviderSettings,
  attempt: PlacedAttempt,
  context: ProviderContext,
): Promise<LookupResult> {
  const asked = await askOverHttp(settings, 'find', attempt, context.signal)
  return mapped(settings, 'find', asked, attempt) ?? readFind(asked, attempt)
}

function mapped({ map }: HttpProviderSettings, operation: 'get' | 'find', asked: Asked, attempt: PlacedAttempt): LookupResult | undefined {
  return asked.kind === 'answered' ? map.lookup?.(operation, asked.answer, attempt) : undefined
}

function readGet(asked: Asked, attempt: PlacedAttempt): LookupResult {
  if (asked.kind === 'failed') return unsure(asked.message)
  if (asked.answer.status === 404) return { kind: 'absent' }
  if (asked.answer.status !== 200) return unsure(`The provider answered ${asked.answer.status}.`)
  const reading = readCallReport(asked.answer.body)
  if (reading.kind === 'malformed') return unsure(reading.message)
  const { report } = reading
  const isOther = differs(report.attemptId, attempt.attemptId) || differs(report.providerCallId, attempt.providerCallId)
  return isOther ? unsure('The provider answered with another call.') : found(report, attempt)
}

function readFind(asked: Asked, attempt: PlacedAttempt): LookupResult {
  if (asked.kind === 'failed') return unsure(asked.message)
  const { status, body } = asked.answer
  if (status !== 200 || !isJsonRecord(body) || !Array.isArray(body.items)) return unsure(`The provider answered ${status} without a list.`)
  const items: readonly unknown[] = body.items
  const ours = items.filter((item) => isJsonRecord(item) && item.attemptId === attempt.attemptId)
  return ours.length > 0 ? readOurs(ours, attempt) : readForeign(items, body)
}

/** A platform that dialed one attempt twice is asked about the call that goes on. */
function readOurs(items: readonly unknown[], attempt: PlacedAttempt): LookupResult {
  const lookups = items.map((item): LookupResult => {
    const reading = readCallReport(item)
    return reading.kind === 'malformed' ? unsure(reading.message) : found(reading.report, attempt)
  })
  const isLive = (lookup: LookupResult) => lookup.kind === 'found' && lookup.state.kind === 'live'
  return lookups.find(isLive) ?? lookups.find(({ kind }) => kind === 'found') ?? lookups[0] ?? unsure('The list is empty.')
}

/** Other attempts in the list mean that it was not filtered, and then it may be one page of many: it has to say that it is whole. */
function readForeign(items: readonly unknown[], list: JsonRecord): LookupResult {
  if (!items.every((item) => isJsonRecord(item) && typeof item.attemptId === 'string')) return unsure('Items of the list name no attempt.')
  const saysMore = Boolean(list.hasMore) || Boolean(list.nextCursor) || (typeof list.total === 'number' && list.total > items.length)
  const saysWhole = list.hasMore === false || list.nextCursor === null || list.total === items.length
  return !saysMore && (saysWhole || items.length === 0) ? { kind: 'absent' } : unsure('The list may be one page of many.')
}

function found({ providerCallId, state }: CallReport, attempt: PlacedAttempt): LookupResult {
  const id = providerCallId ?? attempt.providerCallId
  return id === null ? unsure('The provider knows the attempt and names no id of its own.') : { kind: 'found', providerCallId: id, state }
}

function differs(named: string | null, ours: string | null): boolean {
  return named !== null && ours !== null && named !== ours
}

function unsure(message: string): LookupResult {
  return { kind: 'unsure', message }
}
