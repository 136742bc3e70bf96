import type { Attempt } from '../../src/domain/attempt.ts'
import { untilStale } from '../../src/domain/check-times.ts'
import type { Step } from './explore.ts'
import type { News } from './news.ts'
import { arrivals, lookUps } from './platform.ts'
import { claimCall, readRow, rowOf } from './rows.ts'
import { now, sendWindow, tickMs } from './settings.ts'
import type { Glance, State, Worker } from './state.ts'
import { attemptOf, tellRow } from './telling.ts'
import type { World } from './world.ts'

type Doing<TDoes extends Worker['does']> = Extract<Worker, { readonly does: TDoes }>
type Steps = Generator<Step<State>>

/** What one worker can do next: go on, or crash and forget. Between any two of its steps it may pause for as long as it likes. */
export function* workerSteps(world: World, state: State, at: number): Steps {
  const worker = state.workers[at] ?? nothing
  if (worker.does === 'nothing') return yield* begins(world, state, at)
  yield { name: `a crash: nobody ${worker.does}s about ${worker.number} any more`, next: leaves(state, at, nothing) }
  switch (worker.does) {
    case 'wonder':
      return yield* wonders(world, state, at, worker)
    case 'dial':
      return yield* dials(world, state, at, worker)
    case 'wait':
      return yield* waits(world, state, at, worker)
    case 'check':
      return yield* checks(world, state, at, worker)
    case 'repeat':
      return yield { name: `${worker.number} is sent again`, next: does(state, at, { ...worker, does: 'listen', answer: 0 }) }
    case 'listen':
      return yield* listens(world, state, at, worker)
    case 'ask':
      return yield* asks(world, state, at, worker)
    case 'tell':
      return yield* tells(world, state, at, worker)
  }
}

function* begins(world: World, state: State, at: number): Steps {
  const claim = claimCall(state, world)
  if (claim !== null) {
    const { number } = claim
    yield { name: `${number} is claimed`, next: does(claim.state, at, { does: 'dial', number, read: readRow(claim.state, number) }) }
    yield { name: `${number} is claimed, and nobody hears of the COMMIT`, next: does(claim.state, at, { does: 'wonder', number }) }
  }
  for (const index of state.attempts.keys()) yield* looks(world, state, at, index + 1)
}

/** A look at a silent attempt begins. */
function* looks(world: World, state: State, at: number, number: number): Steps {
  const { fields, age } = rowOf(state.attempts, number)
  const { status, phase, silence } = fields
  const glance = { status, phase, silence }
  const name = `a check of ${number} begins: ${status}`
  if (status === 'ENDED') return
  if (status !== 'PLACING')
    yield { name, next: does(state, at, { does: isRepeatable(world, state, number, glance) ? 'check' : 'ask', number, glance }) }
  else if (age >= sendWindow + world.settings.placeTimeout) yield { name, next: does(state, at, tellLater(number, 'silence')) }
}

/** What was surely not dialed is put back, where it is still as it was claimed. */
function* wonders(world: World, state: State, at: number, { number }: Doing<'wonder'>): Steps {
  const { status } = rowOf(state.attempts, number).fields
  const next = status === 'PLACING' ? tellRow(world, state, { number, news: 'not-sent' }) : state
  if (next !== null) yield { name: `${number} is put back by who never dialed it`, next: does(next, at, nothing) }
  if (!world.protocol.dialsUnansweredClaims || !isSendable(world, state, number)) return
  yield { name: `${number} is sent all the same`, next: { ...state, strays: [...state.strays, { number, age: 0 }] } }
}

function* dials(world: World, state: State, at: number, { number, read }: Doing<'dial'>): Steps {
  yield { name: `${number} is not sent`, next: does(state, at, { ...tellLater(number, 'not-sent'), read }) }
  if (isSendable(world, state, number))
    yield { name: `${number} is sent`, next: does(state, at, { does: 'wait', number, read, answer: 0 }) }
}

function* waits(world: World, state: State, at: number, worker: Doing<'wait'>): Steps {
  const { number, answer, read } = worker
  yield { name: `no answer to the dial of ${number} is heard`, next: leaves(state, at, { ...tellLater(number, 'silence'), read }) }
  if (answer === 'yes' || answer === 'no') {
    yield { name: `the answer to the dial of ${number} is heard: ${answer}`, next: does(state, at, { ...tellLater(number, answer), read }) }
  }
  yield* arrives(world, state, at, worker)
}

function* checks(world: World, state: State, at: number, worker: Doing<'check'>): Steps {
  const { number, glance } = worker
  if (!isRepeatable(world, state, number, glance)) {
    yield { name: `it is too late to send ${number} again`, next: does(state, at, { ...worker, does: 'ask' }) }
  } else if (world.protocol.looksAgainAtTheSend) {
    yield { name: `${number} is sent again`, next: does(state, at, { ...worker, does: 'listen', answer: 0 }) }
  } else yield { name: `${number} is to be sent again`, next: does(state, at, { ...worker, does: 'repeat' }) }
}

/** A yes binds the attempt. A no, or silence, says nothing of the first request: the look-up is next. */
function* listens(world: World, state: State, at: number, worker: Doing<'listen'>): Steps {
  const { number, answer, glance } = worker
  yield { name: `no answer to the repeat of ${number} is heard`, next: leaves(state, at, { does: 'ask', number, glance }) }
  if (answer === 'yes')
    yield { name: `the answer to the repeat of ${number} is heard: yes`, next: does(state, at, tellLater(number, 'yes')) }
  yield* arrives(world, state, at, worker)
}

function* arrives(world: World, state: State, at: number, worker: Doing<'wait' | 'listen'>): Steps {
  if (typeof worker.answer !== 'number') return
  for (const { state: next, answer } of arrivals(state, worker.number, world.settings)) {
    const name = `the request for ${worker.number} arrives: ${answer}`
    yield { name, next: does(next, at, { ...worker, answer: answer === 'no' && worker.does === 'listen' ? 'none' : answer }) }
  }
}

function* asks(world: World, state: State, at: number, { number, glance }: Doing<'ask'>): Steps {
  const attempt = attemptOf(world, state, number, glance)
  for (const news of lookUps(state, number, world.settings)) {
    if (news !== 'absent' || world.protocol.isAbsenceProof(attempt, world.settings))
      yield { name: `a look-up of ${number} finds: ${news}`, next: does(state, at, tellLater(number, news)) }
  }
  yield {
    name: `nothing is learned about ${number}`,
    next: does(state, at, isGivenUp(world, attempt) ? { ...tellLater(number, 'lost'), silence: glance.silence } : nothing),
  }
}

function* tells(world: World, state: State, at: number, worker: Doing<'tell'>): Steps {
  const { number, news, read } = worker
  const next = tellRow(world, state, worker, read ?? readRow(state, number))
  if (next === null) yield { name: `a race is lost to tell of ${number}: ${news}`, next: does(state, at, { ...worker, read: null }) }
  else yield { name: `told of ${number}: ${news}`, next: does(next, at, nothing) }
}

function isSendable(world: World, state: State, number: number): boolean {
  return world.protocol.isSendable(attemptOf(world, state, number))
}

function isRepeatable(world: World, state: State, number: number, glance: Glance): boolean {
  return glance.status === 'UNCONFIRMED' && world.protocol.isRepeatable(attemptOf(world, state, number, glance), world.settings)
}

function isGivenUp({ settings }: World, attempt: Attempt): boolean {
  return attempt.status !== 'HELD' && untilStale(attempt, { now, staleAfterMs: settings.stale * tickMs }) === 0
}

function tellLater(number: number, news: News): Doing<'tell'> {
  return { does: 'tell', number, news, silence: 0, read: null }
}

function does(state: State, at: number, worker: Worker): State {
  return { ...state, workers: state.workers.with(at, worker) }
}

/** The same where a request may still be under way: it goes on without its sender. */
function leaves(state: State, at: number, next: Worker): State {
  const worker = state.workers[at]
  const isUnderWay = worker !== undefined && 'answer' in worker && typeof worker.answer === 'number'
  const strays = isUnderWay ? [...state.strays, { number: worker.number, age: Number(worker.answer) }] : state.strays
  return { ...does(state, at, next), strays }
}

const nothing: Worker = { does: 'nothing' }
