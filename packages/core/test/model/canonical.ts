import { textOfWorker } from './key.ts'
import { dialOf, isRecognised } from './platform.ts'
import { rowOf } from './rows.ts'
import { oldest, type Settings } from './settings.ts'
import type { AttemptRow, Dial, Post, Read, State, Worker } from './state.ts'
import { attemptOf } from './telling.ts'
import type { World } from './world.ts'

/**
 * One of all the states that behave alike. What nobody will ask for any more is forgotten, workers are interchangeable, and of revisions only the order matters.
 */
export function canonical(state: State, world: World): State {
  const { settings, protocol } = world
  const fenced = protocol.isFenced ? withoutVainWork(state, world) : state
  const without = { ...fenced, strays: fenced.strays.length === 0 ? fenced.strays : relevantStrays(fenced, settings) }
  const dials = without.dials.map((dial, at) => relevantDial(dial, at + 1, without, world))
  const attempts = without.attempts.map((row, at) => relevantRow(row, at + 1, without, world))
  return withRanks({ ...without, attempts, dials, workers: without.workers.toSorted(byText) })
}

/**
 * Where writes are fenced, what was decided on a row that has changed is decided anew, and whoever has only words for an attempt that was left behind may as well have crashed: they
 * move nothing. (That they move nothing is tried all the same, by what the platform says.)
 */
function withoutVainWork(state: State, world: World): State {
  const vain = state.workers.filter((worker) => worker.does !== 'nothing' && isVain(worker, state, world))
  const strays = vain.flatMap((worker) =>
    'answer' in worker && typeof worker.answer === 'number' ? [{ number: worker.number, age: worker.answer }] : [],
  )
  const workers = state.workers.map(
    (worker): Worker => (vain.includes(worker) ? { does: 'nothing' } : isOutrun(worker, state) ? { ...worker, read: null } : worker),
  )
  return { ...state, workers, strays: [...state.strays, ...strays] }
}

function isVain(worker: Busy, state: State, world: World): boolean {
  const { number } = worker
  if (number === state.attempts.length || rowOf(state.attempts, number).fields.status !== 'ENDED') return false
  if (worker.does === 'dial') return !world.protocol.isSendable(attemptOf(world, state, number))
  if (worker.does === 'check') return !world.protocol.isRepeatable(attemptOf(world, state, number), world.settings)
  return worker.does !== 'repeat'
}

function isOutrun(worker: Worker, { attempts }: State): worker is Extract<Worker, { does: 'tell' }> {
  return worker.does === 'tell' && worker.read !== null && worker.read.fields.revision !== rowOf(attempts, worker.number).fields.revision
}

type Busy = Exclude<Worker, { does: 'nothing' }>

/** Of two requests alike one tells as much, since a refusal changes nothing; and one that can only find its key known does nothing. */
function relevantStrays(state: State, settings: Settings): readonly Post[] {
  const effective = state.strays.filter((post) => !isIdle(post, state, settings))
  const byName = new Map(effective.map((post) => [`${post.number}.${post.age}`, post]))
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? [])
}

function isIdle({ number, age }: Post, state: State, settings: Settings): boolean {
  const until = rowOf(state.attempts, number).age + settings.placeTimeout - age
  return isRecognised(state, number, settings) && until < (settings.window ?? 0)
}

function relevantDial(dial: Dial, number: number, state: State, world: World): Dial {
  const lag = world.settings.lag ?? 0
  if (isBuried(number, state, world)) return { state: 'over', rings: 0, age: lag }
  const age = dial.state === 'unknown' ? 0 : Math.min(dial.age, lag)
  return age === dial.age ? dial : { ...dial, age }
}

/** How long an attempt that ended was silent is never asked, and its age only while a request may be made or absence be proved. */
function relevantRow(row: AttemptRow, number: number, state: State, world: World): AttemptRow {
  const { settings } = world
  if (isBuried(number, state, world)) return { ...buried, age: oldest(settings) }
  const { status } = row.fields
  const canBeAbsent = status === 'PLACING' || status === 'UNCONFIRMED' || Object.values(settings.onLost).includes('hold')
  const age = canBeAbsent || isAtWork(number, state) ? row.age : oldest(settings)
  const isBehind = status === 'ENDED' && number < state.attempts.length
  return {
    ...row,
    age,
    fields: { ...row.fields, ...(status === 'ENDED' && { silence: 0 }), ...(isBehind && { phase: null, error: null }) },
  }
}

/** Left behind for good: nobody works on it, and it is over, never rang, or may ring for all that is asked. What is still said of it must move nothing. */
function isBuried(number: number, state: State, { judged }: World): boolean {
  if (number >= state.attempts.length || isAtWork(number, state)) return false
  const { left, fields } = rowOf(state.attempts, number)
  if (fields.status !== 'ENDED') return false
  const dial = dialOf(state, number)
  if (left === 'by the host' && !judged.includes('no number rings before the one before it is over, or proved absent')) return true
  return left === 'over' || dial.state === 'unknown' || dial.state === 'refused'
}

function isAtWork(number: number, { workers, strays }: State): boolean {
  return strays.some((post) => post.number === number) || workers.some((worker) => worker.does !== 'nothing' && worker.number === number)
}

/** Revisions counted from 0, in the order of those that anybody still holds. */
function withRanks(state: State): State {
  const { attempts, workers } = state
  if (!workers.some(hasRead) && attempts.every(({ fields }) => fields.revision === 0)) return state
  const rank = (number: number, revision: number) => new Set(workers.flatMap((worker) => olderRevision(worker, number, revision))).size
  return {
    ...state,
    attempts: attempts.map((row, at) => ({ ...row, fields: { ...row.fields, revision: rank(at + 1, row.fields.revision) } })),
    workers: workers.map((worker) => (hasRead(worker) ? withRank(worker, rank) : worker)),
  }
}

function withRank(worker: Reader, rank: (number: number, revision: number) => number): Worker {
  const { number, read } = worker
  return { ...worker, read: { ...read, fields: { ...read.fields, revision: rank(number, read.fields.revision) } } }
}

function olderRevision(worker: Worker, number: number, revision: number): readonly number[] {
  if (!hasRead(worker) || worker.number !== number || worker.read.fields.revision >= revision) return []
  return [worker.read.fields.revision]
}

type Reader = Extract<Worker, { readonly read: Read | null }> & { readonly read: Read }

function hasRead(worker: Worker): worker is Reader {
  return 'read' in worker && worker.read !== null
}

function byText(one: Worker, other: Worker): number {
  const [text, otherText] = [textOfWorker(one), textOfWorker(other)]
  return text < otherText ? -1 : Number(text > otherText)
}

const buried: Omit<AttemptRow, 'age'> = {
  fields: { status: 'ENDED', phase: null, outcome: null, error: null, putBack: true, revision: 0, silence: 0 },
  isHostsWord: true,
  left: 'by the host',
}
