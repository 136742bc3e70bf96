import type { Attempt } from '../domain/attempt.ts'
import type { LocatedAttempt } from '../domain/attempt-write.ts'
import { untilStale } from '../domain/check-times.ts'
import type { Fact } from '../domain/facts.ts'
import { isAbsenceProof } from '../domain/request-times.ts'
import { withDeadline } from '../ports/deadline.ts'
import type { LookupResult, Provider, ProviderContext } from '../ports/provider.ts'
import { type Engine, providerOf, report } from './engine.ts'
import { factFromState } from './event-fact.ts'
import { hangUp, placedAttempt } from './hang-up.ts'
import { providerContext } from './provider-context.ts'
import { repeatPlace } from './repeat-place.ts'

const lookUpTimeoutMs = 10_000
const defaultSettleMs = 30_000
const defaultMaxCallMs = 86_400_000
const longestRingingMs = 300_000

/** Finds out what became of one silent attempt, and hands it to the pump: asks the provider where it can be asked, gives up where nobody can say. */
export async function checkAttempt(engine: Engine, record: LocatedAttempt): Promise<void> {
  if (record.attempt.status === 'PLACING')
    return submit(engine, record, { kind: 'unanswered', message: 'The dial was not answered in time.' })
  const isOverlong = lastsTooLong(engine, record)
  if (isOverlong || record.call.cancelRequestedAt !== null) hangUp(engine, record)
  const fact = (await askProvider(engine, record)) ?? giveUp(engine, record, isOverlong) ?? { kind: 'nothing-new' }
  await submit(engine, record, fact)
}

async function submit(engine: Engine, { attempt }: LocatedAttempt, fact: Fact): Promise<void> {
  await engine.pump.submit(attempt.attemptId, fact)
}

/** Null: the provider cannot be asked, or cannot say. */
async function askProvider(engine: Engine, record: LocatedAttempt): Promise<Fact | null> {
  const provider = providerOf(engine, record)
  if (provider === undefined) return null
  const repeated = record.attempt.status === 'UNCONFIRMED' ? await repeatPlace(engine, provider, record.attempt) : null
  if (repeated !== null) return repeated
  const askedAt = engine.time.now()
  const looked = await lookUp(engine, provider, record)
  if (looked === null || looked.result.kind === 'unsure') return null
  if (looked.result.kind === 'found')
    return factFromState(looked.result.state, { providerCallId: looked.result.providerCallId, aliases: [] }, null)
  if (looked.by === 'get') return forgotten(provider, record)
  return engine.time.isSettled() ? absentFact(provider, record, askedAt) : null
}

type LookedUp = { readonly by: 'get' | 'find'; readonly result: LookupResult }

async function lookUp(engine: Engine, provider: Provider, { attempt }: LocatedAttempt): Promise<LookedUp | null> {
  const look = (signal: AbortSignal) => askByName(provider, attempt, providerContext(engine, provider, attempt, signal))
  try {
    return await withDeadline(lookUpTimeoutMs, engine.cutOff.signal, look)
  } catch (error) {
    report(engine, error)
    return null
  }
}

/** By the platform's own name of it, where that is known and can be asked for. */
async function askByName(provider: Provider, attempt: Attempt, context: ProviderContext): Promise<LookedUp | null> {
  const placed = placedAttempt(attempt)
  const { providerCallId } = placed
  if (providerCallId !== null && provider.get !== undefined)
    return { by: 'get', result: await provider.get({ ...placed, providerCallId }, context) }
  return provider.find === undefined ? null : { by: 'find', result: await provider.find(placed, context) }
}

function forgotten(provider: Provider, { attempt }: LocatedAttempt): Fact {
  return { kind: 'lost', message: `${provider.name} accepted the call and does not know it any more.`, lastSignAt: attempt.lastSignAt }
}

function absentFact({ traits }: Provider, { attempt }: LocatedAttempt, askedAt: Date): Fact | null {
  const promise = { windowMs: traits.idempotency?.windowMs ?? null, settleMs: traits.findSettleMs ?? defaultSettleMs }
  return isAbsenceProof(attempt, askedAt, promise) ? { kind: 'absent' } : null
}

/** Nobody can say, and it has been silent too long, or lasts longer than any call can. A held one waits for the host. */
function giveUp(engine: Engine, { attempt }: LocatedAttempt, isOverlong: boolean): Fact | null {
  if (attempt.status === 'HELD' || !engine.time.isSettled()) return null
  const { lastSignAt, startedAt } = attempt
  if (isOverlong) return { kind: 'lost', message: `It has lasted since ${startedAt.toISOString()}, longer than any call can.`, lastSignAt }
  const { staleAfterMs } = engine.settings
  if (untilStale(attempt, { now: engine.time.now(), staleAfterMs }) > 0) return null
  return { kind: 'lost', message: `Nothing was heard of it for ${Math.round(staleAfterMs / 1_000)} s.`, lastSignAt }
}

/** Whether it lasts longer than its platform allows any call to last: from the answer or, where that is not known, from the last moment at which it could have begun to ring, and a while for ringing. */
function lastsTooLong(engine: Engine, record: LocatedAttempt): boolean {
  const { maxCallMs = defaultMaxCallMs } = providerOf(engine, record)?.traits ?? {}
  const { details, answerBy } = record.attempt
  const beganMs = details.answeredAt?.getTime() ?? answerBy.getTime() + longestRingingMs
  return engine.time.now().getTime() - beganMs > maxCallMs
}
