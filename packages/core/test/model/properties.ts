import { dialOf, isRecognised } from './platform.ts'
import { rowOf } from './rows.ts'
import type { AttemptRow, State } from './state.ts'
import { attemptOf } from './telling.ts'
import type { Property, World } from './world.ts'

/** What must never be otherwise. */
export const properties = {
  'a number rings at most once': (_world: World, { dials }: State) => dials.every(({ rings }) => rings <= 1),
  'no number rings before the one before it is over, proved absent, or given up by the host': (_world: World, state: State) =>
    !ringsBefore(state, ['in doubt']),
  'no number rings before the one before it is over, or proved absent': (_world: World, state: State) =>
    !ringsBefore(state, ['in doubt', 'by the host']),
  'what may ring holds its slot until its end is known, or the host gave it up': (world: World, state: State) =>
    state.attempts.every((_, at) => !isWithoutSlot(world, state, at + 1)),
  'a call holds one slot at most': (_world: World, { attempts }: State) =>
    attempts.filter(({ fields }) => fields.status !== 'ENDED').length <= 1,
} as const satisfies Record<Property, (world: World, state: State) => boolean>

/** What is promised whatever the host chose. */
export const promised = [
  'a number rings at most once',
  'no number rings before the one before it is over, proved absent, or given up by the host',
  'what may ring holds its slot until its end is known, or the host gave it up',
  'a call holds one slot at most',
] as const satisfies readonly Property[]

/** Two numbers rang, and the later one was claimed when the earlier was left like this. */
function ringsBefore({ attempts, dials }: State, left: readonly AttemptRow['left'][]): boolean {
  const rang = attempts.filter((_, at) => (dials[at]?.rings ?? 0) > 0)
  return rang.slice(0, -1).some((row) => left.includes(row.left))
}

function isWithoutSlot(world: World, state: State, number: number): boolean {
  const { fields, isHostsWord } = rowOf(state.attempts, number)
  return fields.status === 'ENDED' && !isHostsWord && mayRing(world, state, number)
}

function mayRing(world: World, state: State, number: number): boolean {
  const { settings, protocol } = world
  const dial = dialOf(state, number)
  if (dial.state === 'waits' || dial.state === 'rings') return true
  if (isRecognised(state, number, settings)) return false
  if (state.strays.some((post) => post.number === number)) return true
  return state.workers.some((worker) => {
    if (worker.does === 'nothing' || worker.number !== number) return false
    if ('answer' in worker) return typeof worker.answer === 'number'
    if (worker.does === 'dial') return protocol.isSendable(attemptOf(world, state, number))
    return worker.does === 'check' && protocol.isRepeatable(attemptOf(world, state, number), settings)
  })
}
