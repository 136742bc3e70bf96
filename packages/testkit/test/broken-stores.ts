import type { ParkedEvent, Store } from '@ebra/core'
import { onCallMoves, onClaimed, onClaims, onInserts, onTurns, onWrites, upToDate } from './store-defects.ts'

/** One thing that a store does wrong, and the sentence of the suite that is not true of it. */
export interface Defect {
  /** Completes "a store that …". */
  readonly name: string
  readonly breaks: string
  /** The methods that do wrong, over a store that does right. */
  readonly methods: (store: Store) => Partial<Store>
}

/** A store that does as `store` does, but for one defect. */
export function withDefect(store: Store, { methods }: Defect): Store {
  const broken = methods(store)
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(broken, name) ?? Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Stores that are wrong in one thing each. */
export const defects: readonly Defect[] = [
  {
    name: 'writes over newer revisions',
    breaks: 'a write of an older revision changes nothing, and is named as missed',
    methods: (store) => ({
      commitTurn: async (turn) =>
        store.commitTurn({ ...turn, writes: await Promise.all(turn.writes.map((write) => upToDate(store, write))) }),
    }),
  },
  {
    name: 'moves a call whatever its status',
    breaks: 'a write that finds its call in another status changes nothing',
    methods: (store) => onCallMoves(store, (move) => ({ ...move, from: 'IN_PROGRESS' })),
  },
  {
    name: 'forgets the events that led to a write',
    breaks: 'events that led to a write are seen once it holds',
    methods: (store) => onWrites(store, (write) => ({ ...write, seen: [] })),
  },
  {
    name: 'takes events as seen though their write missed',
    breaks: 'a write that holds and one that misses each keep to their own events',
    methods: (store) =>
      onTurns(store, (turn) => ({
        ...turn,
        seen: turn.writes.flatMap(({ seen }) => seen.map((eventId) => ({ provider: 'sim', eventId }))),
      })),
  },
  {
    name: 'writes an event again that it has seen',
    breaks: 'a write does not hold whose event was seen before',
    methods: (store) => onWrites(store, (write) => ({ ...write, seen: write.seen.map((eventId) => `${write.revision} ${eventId}`) })),
  },
  {
    name: 'does not look whether an id is that of another attempt',
    breaks: 'a write does not hold whose event may mean another attempt',
    methods: (store) => onWrites(store, (write) => ({ ...write, namedBy: [] })),
  },
  {
    name: 'takes every write for a sign of life',
    breaks: 'a sign of life is dated, and only that',
    methods: (store) => onWrites(store, (write) => ({ ...write, isSign: true })),
  },
  {
    name: 'spends an attempt on a put-back',
    breaks: 'a dial that was put back spends nothing',
    methods: (store) => onCallMoves(store, (move) => ({ ...move, attempts: 1 })),
  },
  {
    name: 'gives the number of a put-back again',
    breaks: 'a number that was put back is never given again',
    methods: (store) =>
      onClaimed(store, ({ attempt, ...rest }) => {
        const attemptId = `${attempt.callId}.1`
        return { ...rest, attempt: { ...attempt, attemptId, attemptNumber: 1 } }
      }),
  },
  {
    name: 'overshoots the cap by one',
    breaks: 'live attempts never exceed the cap',
    methods: (store) => ({
      writeControl: (change) => store.writeControl(change.configured === undefined ? change : { configured: change.configured + 1 }),
    }),
  },
  {
    name: 'lets whoever was first have the whole cap',
    breaks: 'one that finds the cap full gets its share as slots come free',
    methods: (store) => onClaims(store, (claim) => ({ ...claim, beyondShare: true })),
  },
  {
    name: 'leaves idle what nobody came for',
    breaks: 'what others were left, and did not take, can be had beyond the share',
    methods: (store) => onClaims(store, (claim) => ({ ...claim, beyondShare: false })),
  },
  {
    name: "does not heed the operator's cap",
    breaks: "the operator's cap wins over the configured one, until it is taken back",
    methods: (store) => ({ writeControl: ({ override: _, ...change }) => store.writeControl(change) }),
  },
  {
    name: 'does not heed the pace',
    breaks: 'one dial a second is one call each second',
    methods: (store) => ({ writeControl: ({ dialsPerSecond: _, ...change }) => store.writeControl(change) }),
  },
  {
    name: 'dials a number that is busy',
    breaks: 'of two calls to one number a turn claims the first',
    methods: (store) => onInserts(store, (call) => ({ ...call, exclusive: false })),
  },
  {
    name: 'does not heed deadlines',
    breaks: 'a call whose deadline has passed is not claimed, expired yet or not',
    methods: (store) => onInserts(store, (call) => ({ ...call, expiresAt: null })),
  },
  {
    name: 'loses the order of claims',
    breaks: 'higher priority goes first, then what was due earlier, then what was made earlier',
    methods: (store) => onInserts(store, (call) => ({ ...call, priority: 0 })),
  },
  {
    name: 'strays from the model',
    breaks: 'whatever happens to calls and the numbers that they wait for, a store does what the reference model does',
    methods: (store) => onInserts(store, (call) => ({ ...call, priority: -call.priority })),
  },
  {
    name: 'claims a call before it is due',
    breaks: 'a call is due at its time, and not before',
    methods: (store) => onInserts(store, (call) => ({ ...call, scheduledAt: null })),
  },
  {
    name: 'replays the keys of other tenants',
    breaks: 'a key belongs to its tenant',
    methods: (store) => onInserts(store, (call) => ({ ...call, tenant: null })),
  },
  {
    name: 'makes a call for every bearer of a key',
    breaks: 'fifty inserts at once under one key make one call',
    methods: (store) => onInserts(store, (call) => ({ ...call, idempotency: null })),
  },
  {
    name: 'inserts what it can of a list',
    breaks: 'a key with other input names the call that bears it, and inserts nothing',
    methods: (store) => ({
      insertCalls: async ({ calls }) => (await Promise.all(calls.map((call) => store.insertCalls({ calls: [call] })))).flat(),
    }),
  },
  {
    name: 'sorts the keys of metadata',
    breaks: 'text and numbers come back exactly as they were given, down to the order of the keys',
    methods: (store) => ({
      findCall: async (params) => {
        const call = await store.findCall(params)
        return call && { ...call, metadata: Object.fromEntries(Object.entries(call.metadata).toSorted()) }
      },
    }),
  },
  {
    name: 'changes calls that are under way',
    breaks: 'a call in any status but PENDING stays as it is',
    methods: (store) => ({
      updateCallIfPending: async (params) => {
        const result = await store.updateCallIfPending(params)
        return result.kind === 'not-pending' ? { kind: 'updated', call: { ...result.call, ...params.changes } } : result
      },
    }),
  },
  {
    name: 'cancels a live call behind the back of its attempt',
    breaks: 'a live call is asked to end, with its attempt to hang up',
    methods: (store) => ({
      cancelCall: async (params) => {
        const result = await store.cancelCall(params)
        return result?.kind === 'requested' ? { kind: 'canceled', call: result.call, live: null } : result
      },
    }),
  },
  {
    name: 'lets the gate of a script hold up its provider',
    breaks: 'a gate over a script holds up that script of that provider only',
    methods: (store) =>
      onTurns(store, (turn) => ({
        ...turn,
        gates: turn.gates.map((report) => (report.kind === 'close' ? { ...report, scope: 'provider:sim' } : report)),
      })),
  },
  {
    name: 'never closes a gate',
    breaks: 'nothing under a closed gate is claimed before its time',
    methods: (store) => onTurns(store, (turn) => ({ ...turn, gates: [] })),
  },
  {
    name: 'opens a gate for whatever is accepted',
    breaks: 'the accept of a dial that was made before the gate closed does not open it',
    methods: (store) => ({
      commitTurn: async (turn) => {
        const result = await store.commitTurn(turn)
        for (const { kind } of turn.gates) if (kind === 'open') await store.writeControl({ releaseGate: 'provider:sim' })
        return result
      },
    }),
  },
  {
    name: 'lets all calls through when the time of a gate has come',
    breaks: 'a gate whose time has come lets one call through, and waits for its answer',
    methods: (store) => ({
      commitTurn: async (turn) => {
        for (const { id, opensInMs } of (await store.readControl()).gates)
          if (opensInMs === 0) await store.writeControl({ releaseGate: id })
        return store.commitTurn(turn)
      },
    }),
  },
  {
    name: 'puts back what other processes claimed',
    breaks: 'only what those turns of this very process claimed is put back',
    methods: (store) => onTurns(store, (turn) => ({ ...turn, by: { ...turn.by, processId: 'anybody' } })),
  },
  {
    name: 'spins while nothing can be claimed',
    breaks: 'a call that lacks only a free slot has no time',
    methods: (store) => ({ commitTurn: async (turn) => ({ ...(await store.commitTurn(turn)), nextDueInMs: 0 }) }),
  },
  {
    name: 'parks an event as often as it comes',
    breaks: 'an event is parked once, however often it comes',
    methods: (store) => {
      let parkings = 0
      const apart = ({ provider, event }: ParkedEvent) => ({ provider, event: { ...event, eventId: `${event.eventId} ${parkings++}` } })
      return onTurns(store, (turn) => ({ ...turn, parked: turn.parked.map(apart) }))
    },
  },
  {
    name: 'gives parked instants back as text',
    breaks: 'an event comes back exactly as it was parked, instants included',
    methods: (store) => ({ findJoinable: async (params) => JSON.parse(JSON.stringify(await store.findJoinable(params))) }),
  },
  {
    name: 'does not tell of events that may be joined',
    breaks: 'the turn that records the id tells that an event may be joined, and so does every turn after it',
    methods: (store) => ({ commitTurn: async (turn) => ({ ...(await store.commitTurn(turn)), mayJoin: false }) }),
  },
  {
    name: 'gives a silent attempt to everybody at once',
    breaks: 'an attempt that was given out is not given out again within its lease',
    methods: (store) => ({ claimChecks: (params) => store.claimChecks({ ...params, leaseMs: 0 }) }),
  },
  {
    name: 'counts a list wrong',
    breaks: 'pages hold twenty calls unless told otherwise, and count all',
    methods: (store) => ({
      listCalls: async (query) => {
        const page = await store.listCalls(query)
        return { ...page, total: page.total && page.total - 1 }
      },
    }),
  },
  {
    name: 'skips a call at the turn of a page',
    breaks: 'a walk by cursors meets every call once, whatever is added meanwhile',
    methods: (store) => ({
      listCalls: async (query) => {
        const page = await store.listCalls(query)
        return query.cursor === undefined ? page : { ...page, items: page.items.slice(1) }
      },
    }),
  },
  {
    name: 'counts a status wrong',
    breaks: 'counts follow a call through every move',
    methods: (store) => ({
      readMetrics: async () => {
        const metrics = await store.readMetrics()
        return { ...metrics, endedTotal: { ...metrics.endedTotal, FAILED: metrics.calls.FAILED } }
      },
    }),
  },
  {
    name: 'erases nothing',
    breaks: 'a call that ended loses its number, its variables, its metadata and its details, and so do its attempts',
    methods: () => ({ eraseCall: async () => 'erased' }),
  },
  {
    name: 'prunes what ended just now',
    breaks: 'calls that ended longer ago are deleted with their attempts, and no others',
    methods: (store) => ({ prune: (params) => store.prune({ ...params, olderThanMs: 0 }) }),
  },
]
