import { canonical } from './canonical.ts'
import type { Model, Step } from './explore.ts'
import { keyOf } from './key.ts'
import { older } from './older.ts'
import { arrivals, platformSteps, tidingsOf } from './platform.ts'
import { properties } from './properties.ts'
import { cancelCall } from './rows.ts'
import type { State } from './state.ts'
import { tellRow } from './telling.ts'
import { workerSteps } from './worker.ts'
import type { World } from './world.ts'

/**
 * One call, from its enqueue on, and everything that may happen to it: the dialing protocol as it is built, with the code's own `transition`, facts and times.
 *
 * - Workers pause between any two steps for as long as they like, and crash anywhere. One step are, as in the code: a transaction, and the last look at the clock (or at the key's window) with the
 *   request that follows. A row is read, decided and written in one step too, except after a claim, whose row is kept: where writes are fenced, a pause in between comes to the same.
 * - A request arrives within the place timeout after it was sent, with or without its sender, or never. Its answer arrives at any time, or never.
 * - The platform takes a call or refuses it; what it took rings at any time later, or is refused after all. It recognises a key for its window and no longer, its index lags, and what it says by event comes
 *   early, late, twice, in any order, or never. Its refusals are of the kind after which the call is dialed again, and so are its ends. It neither rings by
 *   itself nor tells lies.
 * - Due times only delay a claim, and leases only a check: here both may come at any time. An attempt may be given up as soon as it was silent for `stale`.
 * - Not in it: several calls (the cap), gates, deadlines of calls, how an event finds its attempt, clocks that jump, `get` beside `find`, `beforeDial`.
 */
export function dialingModel(world: World): Model<State> {
  const { settings } = world
  return {
    initial: begin(world),
    *steps(state) {
      for (const { name, next } of steps(world, state)) if (next !== state) yield { name, next: canonical(next, world) }
    },
    keyOf,
    brokenBy: (state) => world.judged.find((property) => !properties[property](world, state)) ?? null,
    isEnd: ({ call, attempts }) => call.status !== 'IN_PROGRESS' && (call.status !== 'PENDING' || attempts.length === settings.maxNumber),
  }
}

function begin({ settings: { workers, maxNumber } }: World): State {
  return {
    call: { status: 'PENDING', attempts: 0, isCanceled: false },
    attempts: [],
    dials: Array.from({ length: maxNumber }, () => ({ state: 'unknown', rings: 0, age: 0 })),
    workers: Array.from({ length: workers }, () => ({ does: 'nothing' })),
    strays: [],
  }
}

function* steps(world: World, state: State): Generator<Step<State>> {
  for (const at of state.workers.keys()) yield* workerSteps(world, state, at)
  yield* platformSteps(state)
  yield* straysArrive(world, state)
  yield* tidingsCome(world, state)
  yield* hostSteps(world, state)
  yield { name: 'time passes', next: older(state, world.settings) }
}

/** Nobody hears the answer. */
function* straysArrive({ settings }: World, state: State): Generator<Step<State>> {
  for (const post of state.strays) {
    const strays = state.strays.filter((other) => other !== post)
    for (const arrival of arrivals({ ...state, strays }, post.number, settings)) {
      yield { name: `a request for ${post.number} arrives without its sender: ${arrival.answer}`, next: arrival.state }
    }
  }
}

/** Read, decided and written in one step: with the guard, a pause between them comes to the same. */
function* tidingsCome(world: World, state: State): Generator<Step<State>> {
  for (const at of state.attempts.keys()) {
    for (const news of tidingsOf(state, at + 1)) {
      const next = tellRow(world, state, { number: at + 1, news })
      if (next !== null) yield { name: `the platform says of ${at + 1}: ${news}`, next }
    }
  }
}

function* hostSteps(world: World, state: State): Generator<Step<State>> {
  if (world.settings.canCancel) {
    const next = cancelCall(state)
    if (next !== null) yield { name: 'the host cancels', next }
  }
  for (const [at, { fields }] of state.attempts.entries()) {
    if (fields.status !== 'HELD') continue
    for (const news of ['resolved: over', 'resolved: not rang'] as const) {
      const next = tellRow(world, state, { number: at + 1, news })
      if (next !== null) yield { name: `the host resolves ${at + 1}: ${news}`, next }
    }
  }
}
