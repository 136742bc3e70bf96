/** One promise of docs/guarantees.md: what goes wrong, what holds all the same, and the tests that show it. */
export interface Promised {
  readonly failure: string
  readonly promise: string
  /** Files of tests, from the root. */
  readonly shownBy: readonly string[]
}

const here = (name: string) => `tests/promises/${name}.test.ts`

/** By their numbers, from 1. */
export const promises: readonly Promised[] = [
  {
    failure: 'A worker is killed after a claim, before it dials',
    promise: 'Nobody can tell it from 2, so it is treated as 2. The call is never silently gone.',
    shownBy: [here('killed')],
  },
  {
    failure: 'A worker is killed around the dial request',
    promise:
      'One ring at most. The attempt is unconfirmed until a webhook, the provider or `onLost` decides it; where the key or `find` allows, it is dialed again and spends nothing.',
    shownBy: [here('killed')],
  },
  {
    failure: 'A dial request times out, is reset, or is answered 5xx',
    promise:
      'It may have rung: nothing is dialed for the call before `staleAfterMs`, and then only as `onLost` says. Until then it keeps its slot.',
    shownBy: [here('silent-dial'), 'packages/core/test/providers/http-provider-ledger.test.ts'],
  },
  {
    failure: 'The provider cannot be reached: refused, DNS, TLS',
    promise: 'Nothing is spent. The gate closes and tries one call at a time until the provider is back.',
    shownBy: [here('unreachable'), 'packages/core/test/providers/classify-place-error.test.ts'],
  },
  {
    failure: 'The provider answers 429',
    promise: 'Nothing is spent. The call is not dialed before its Retry-After, and no process claims within it once it is on record.',
    shownBy: [here('throttled')],
  },
  {
    failure: 'Webhooks come twice, late, or in another order',
    promise:
      'The row ends as after one clean delivery. Each event is emitted at most once, and once without a crash. A late real end corrects `lost`.',
    shownBy: [here('webhook-orders')],
  },
  {
    failure: 'A webhook comes before the answer to its dial',
    promise: 'It is bound by the attempt id; the answer that comes later changes nothing.',
    shownBy: [here('webhook-before-answer')],
  },
  {
    failure: 'A webhook names an unknown call',
    promise: 'It is answered 200, parked and counted; applied if its call turns up, dropped later if not.',
    shownBy: [here('foreign-webhooks'), here('held-open')],
  },
  {
    failure: 'Webhooks are lost',
    promise: 'Asking the provider, or `onLost`, settles every call. No slot is lost.',
    shownBy: [here('lost-webhooks')],
  },
  {
    failure: 'The database restarts, or connections break between any two statements',
    promise: 'Nothing is dialed without a committed intent. The process lives on and reconnects.',
    shownBy: [here('database-down'), here('failing-statement')],
  },
  {
    failure: 'Nobody hears how a COMMIT ended',
    promise:
      'It counts as not made for dialing, and as made for cleaning up: what it claimed is put back within a second of reconnecting. No slot is left behind.',
    shownBy: [here('commit-unknown')],
  },
  {
    failure: 'The network between worker and database is cut, or falls silent',
    promise: 'No dial request begins after its send deadline.',
    shownBy: [here('partition')],
  },
  {
    failure: 'A worker is frozen for longer than any lease',
    promise: 'Once awake it sends nothing late, and its stale writes change nothing.',
    shownBy: [here('frozen')],
  },
  {
    failure: 'Processes race for the last slot, and the capacity changes',
    promise: 'Live calls never exceed the highest capacity in force since they were claimed.',
    shownBy: [here('cap-race'), 'tests/promises/pgbouncer.soak.ts'],
  },
  {
    failure: 'A worker is told to stop',
    promise:
      'It begins no dial after that and leaves no unsent claim; requests under way get a grace, and are unconfirmed after it. Nothing keeps the process alive.',
    shownBy: [here('stopped'), 'tests/e2e/stopping.test.ts', 'packages/core/test/orchestrator/control.test.ts'],
  },
  {
    failure: 'The SQLite file is locked, or the disk is full',
    promise: 'The wait is bounded, the error is typed and may be retried, nothing is dialed; it recovers.',
    shownBy: [here('sqlite-trouble')],
  },
  {
    failure: 'One call or event is poison',
    promise: 'It fails alone. No other waits for it.',
    shownBy: [here('poison'), here('spoiled-rows')],
  },
  {
    failure: 'A client repeats POST /calls',
    promise: 'One call for each Idempotency-Key.',
    shownBy: [here('idempotency')],
  },
  {
    failure: 'A PATCH races the claim',
    promise: 'The number that is dialed is that of the last PATCH that was accepted.',
    shownBy: [here('patch-race'), here('held-open'), here('interleavings')],
  },
  {
    failure: 'A clock jumps',
    promise: 'Nothing is dialed early, nothing happens twice, nothing is missed.',
    shownBy: [here('clock-jumps')],
  },
  {
    failure: 'Releases meet: twenty starters, the previous release beside the next, a breaking schema',
    promise: 'The schema is migrated once. The previous release goes on beside an additive one, and refuses a breaking one in clear words.',
    shownBy: [here('releases')],
  },
  {
    failure: 'A role, database or pool turns `synchronous_commit` off, or sets another isolation',
    promise: 'What was answered is on the disk. `start()` refuses the isolation and names the line to change.',
    shownBy: [here('flushed'), here('refused-isolation')],
  },
  {
    failure: 'Requests are hostile',
    promise: 'They are answered 4xx: never 5xx, never a crash, and no memory is kept.',
    shownBy: [here('hostile-input')],
  },
]

/** What no attacker may bring about. Its figures stand under no number. */
export const security: Promised = {
  failure: 'Somebody forges, replays, or listens',
  promise:
    'A signature or tag that is wrong changes nothing; an event that comes again changes nothing for a week; no number, metadata or secret is in any log or metric.',
  shownBy: [
    here('callback-tags'),
    here('replayed-webhooks'),
    here('secrecy'),
    here('allow-lists'),
    'packages/core/test/providers/standard-webhooks-leniencies.test.ts',
    'packages/core/test/constant-time.test.ts',
  ],
}
