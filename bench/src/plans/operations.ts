import type { ListQuery, Store } from '@ebra/core'
import { cap } from '../system.ts'
import { aCall, Dialing, provider } from './dialing.ts'

/** One thing that the product asks of its store while it works. */
export interface Operation {
  /** A heading of the page. */
  readonly title: string
  /** Makes work for it, where those before have left none. */
  prepare?(): Promise<unknown>
  run(): Promise<unknown>
}

/** What workers and hosts ask for, over the rows that the bench seeds. Each is run once, in order, and finds what those before have left; in the end nothing is live. */
export function operationsOn(store: Store): readonly Operation[] {
  return [...enqueueing(store), ...dialing(store), ...changing(store), ...listing(store), ...upkeep(store)]
}

/** As many numbers as the finished calls are seeded with. */
export const numbers = 40

function enqueueing(store: Store): readonly Operation[] {
  const keyed = { tenant: 'acme', idempotency: { key: `order ${performance.now()}`, fingerprint: 'f' } }
  return [
    { title: 'Enqueue a call', run: () => store.insertCalls({ calls: [aCall()] }) },
    { title: 'Enqueue a call with an idempotency key', run: () => store.insertCalls({ calls: [aCall(keyed)] }) },
    { title: 'Enqueue it again', run: () => store.insertCalls({ calls: [aCall(keyed)] }) },
  ]
}

function dialing(store: Store): readonly Operation[] {
  const worker = new Dialing(store)
  const busy = aCall({ priority: 1 })
  const sameNumber = [busy, aCall({ priority: 1, to: busy.to }), aCall({ priority: 1, to: busy.to })]
  const expired = Array.from({ length: cap }, () => aCall({ expiresAt: new Date(Date.now() - 1) }))
  const ended = () => worker.ended.map(({ attempt, call }) => ({ attemptId: attempt.attemptId, callId: call.id }))
  const callId = () => ended()[0]?.callId ?? ''
  const byOwnIds = () => ({
    attemptIds: ended().map((one) => one.attemptId),
    callIds: ended().map((one) => one.callId),
  })
  return [
    { title: `A turn that claims ${cap} calls`, prepare: () => store.insertCalls({ calls: sameNumber }), run: () => worker.claim() },
    { title: 'A turn that writes what the provider answered', run: () => worker.accept() },
    { title: 'Look up attempts by ids of the provider, and whether the events were seen before', run: () => worker.find() },
    { title: 'A turn that settles, expires and claims', prepare: () => store.insertCalls({ calls: expired }), run: () => worker.settle() },
    { title: 'Look up attempts by their own ids, and by calls', run: () => store.lookUp(byOwnIds()) },
    { title: 'A turn that parks an event', run: () => worker.park() },
    { title: 'Find parked events that can be joined', run: () => store.findJoinable({ limit: 100 }) },
    { title: 'Claim checks', run: () => store.claimChecks({ limit: 100, leaseMs: 10_000, providers: [provider], staleAfterMs: 900_000 }) },
    { title: 'A turn that puts back', run: () => worker.putBack() },
    { title: 'A turn that puts back for the second time', prepare: () => worker.claim(), run: () => worker.putBack() },
    { title: 'Find a call', run: () => store.findCall({ callId: callId() }) },
    { title: 'List the attempts of a call', run: () => store.listAttempts({ callId: callId() }) },
    { title: 'Erase a call', run: () => store.eraseCall({ callId: callId() }) },
  ]
}

function changing(store: Store): readonly Operation[] {
  const call = aCall({ tenant: 'acme' })
  const { id: callId } = call
  const changes = { priority: 1 }
  return [
    {
      title: 'Change a call',
      prepare: () => store.insertCalls({ calls: [call] }),
      run: () => store.updateCallIfPending({ callId, changes }),
    },
    { title: 'Cancel a call', run: () => store.cancelCall({ callId }) },
    { title: 'Cancel the pending calls of a tenant', run: () => store.cancelPending({ filter: { tenant: 'acme' }, limit: 1_000 }) },
    { title: 'Cancel the pending calls of a script', run: () => store.cancelPending({ filter: { scriptId: 'none' }, limit: 1_000 }) },
  ]
}

function listing(store: Store): readonly Operation[] {
  const list = (title: string, query: ListQuery): Operation => ({ title: `List ${title}`, run: () => store.listCalls(query) })
  const to = '+16502000001'
  return [
    list('everything', {}),
    list('by status', { status: ['PENDING'] }),
    list('by status, page 1 000', { status: ['COMPLETED'], page: 1_000 }),
    list('by two statuses, behind a cursor', { status: ['COMPLETED', 'IN_PROGRESS'], cursor: cursorAt(daysAgo(45)) }),
    list('by number', { to }),
    list('by number, page 1 000', { to, page: 1_000 }),
    list('by number and status, behind a cursor', { to, status: ['COMPLETED'], cursor: cursorAt(daysAgo(45)) }),
    list('by tenant', { tenant: 'acme' }),
    list('by script', { scriptId: 'welcome' }),
    list('by a script that has no calls', { scriptId: 'none' }),
    list('of a day', { createdAfter: daysAgo(45), createdBefore: daysAgo(44) }),
    list('of those whose attempt is unconfirmed or held', { unconfirmed: true }),
  ]
}

function upkeep(store: Store): readonly Operation[] {
  const prune = () => store.prune({ olderThanMs: 45 * dayMs, limit: 1_000 })
  return [
    { title: 'Metrics', run: () => store.readMetrics() },
    { title: 'Prune a thousand calls', run: prune },
    { title: 'Prune the thousand behind them', run: prune },
    { title: 'Sweep', run: () => store.sweep({ parkedForMs: dayMs }) },
    { title: 'Sweep again, within the hour', run: () => store.sweep({ parkedForMs: dayMs }) },
  ]
}

const dayMs = 86_400_000

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * dayMs)
}

/** A cursor is the id of the last call that was shown; ids begin with their milliseconds. */
function cursorAt(date: Date): string {
  const ms = date.getTime().toString(16).padStart(12, '0')
  return Buffer.from(`${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`).toString('base64url')
}
