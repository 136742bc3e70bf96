import type { Step } from './explore.ts'
import type { News } from './news.ts'
import { rowOf } from './rows.ts'
import type { Settings } from './settings.ts'
import type { Dial, State } from './state.ts'

/** What a request for a number does on arrival, and what is answered. */
export function arrivals(state: State, number: number, settings: Settings): readonly Arrival[] {
  if (isRecognised(state, number, settings)) return [{ state, answer: 'yes' }]
  const taken = withDial(state, number, { ...dialOf(state, number), state: 'waits', age: 0 })
  return [
    { state: taken, answer: 'yes' },
    { state, answer: 'no' },
  ]
}

/** Whether a request for a number would reach a call that is there. A platform may forget a key as soon as its window, counted from the claim, is over. */
export function isRecognised(state: State, number: number, { window }: Settings): boolean {
  return dialOf(state, number).state !== 'unknown' && window !== null && rowOf(state.attempts, number).age < window
}

interface Arrival {
  readonly state: State
  readonly answer: 'yes' | 'no'
}

/** What the platform does of itself. */
export function* platformSteps(state: State): Generator<Step<State>> {
  for (const [at, dial] of state.dials.entries()) {
    const number = at + 1
    if (dial.state === 'waits') {
      yield { name: `${number} rings`, next: withDial(state, number, { ...dial, state: 'rings', rings: dial.rings + 1 }) }
      yield { name: `the platform refuses ${number} after all`, next: withDial(state, number, { ...dial, state: 'refused' }) }
    }
    if (dial.state === 'rings') yield { name: `${number} is over`, next: withDial(state, number, { ...dial, state: 'over' }) }
  }
}

/** All that the platform's events, and answers that come after their time, may say of a number now. They come never, late, twice and in any order. */
export function tidingsOf(state: State, number: number): readonly News[] {
  return tidings[dialOf(state, number).state]
}

/** All that a look-up may answer. Its index lags: what was taken just now may be missing. */
export function lookUps(state: State, number: number, { lag }: Settings): readonly News[] {
  const dial = dialOf(state, number)
  if (lag === null) return []
  if (dial.state === 'unknown') return ['absent']
  return dial.age < lag ? ['absent', dial.state] : [dial.state]
}

/** What the platform knows of a number. */
export function dialOf({ dials }: State, number: number): Dial {
  return dials[number - 1] ?? { state: 'unknown', rings: 0, age: 0 }
}

const tidings: Record<Dial['state'], readonly News[]> = {
  unknown: [],
  waits: ['yes', 'waits'],
  rings: ['yes', 'waits', 'rings'],
  over: ['yes', 'waits', 'rings', 'over'],
  refused: ['yes', 'waits', 'refused'],
}

function withDial(state: State, number: number, dial: Dial): State {
  return { ...state, dials: state.dials.with(number - 1, dial) }
}
