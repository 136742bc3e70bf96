import fc from 'fast-check'
import { isEnd, type Naming, type Story, storiesOfOneAttempt, storyOfTwoAttempts, type Told } from './webhook-stories.ts'

/** Something of the platform that arrives: the answer to a dial, or an event of its attempt. */
export interface Arrival {
  readonly attemptNumber: number
  readonly told: Told | 'answer'
  /** A webhook that is sent again bears the same id, or one of its own. */
  readonly eventId: string
}

/** In which order a story arrives, and how. */
export interface History {
  readonly story: Story
  readonly naming: Naming
  /** Before a silence that is long enough to give up what has not ended. */
  readonly before: readonly Arrival[]
  readonly after: readonly Arrival[]
  /** Whether the next is sent though the one before is not answered yet. */
  readonly isAtOnce: boolean
}

/** Everything once, in the order in which it happened. */
export function cleanHistory(story: Story): History {
  const before = story.attempts.flatMap((_, index) => arrivalsOf(story, index + 1))
  return { story, naming: 'attempt', before, after: [], isAtOnce: false }
}

/** Every order in which the answer and the events of a story can arrive. Where they are fewer than `length`, its ends come again first, then the rest. */
export function allHistories(story: Story, naming: Naming, length: number): readonly History[] {
  const once = arrivalsOf(story, 1)
  const again = [...once.filter(isEndOf), ...once.filter((arrival) => arrival.told !== 'answer' && !isEndOf(arrival))]
  const all = [...once, ...again].slice(0, Math.max(once.length, length))
  return ordersOf(all).map((before) => ({ story, naming, before, after: [], isAtOnce: false }))
}

/**
 * Orders that chance makes, with duplicates. With a silence in them, the attempt that is under way when it begins has not ended, as far as anybody was told; without one, a second attempt follows
 * the end of the first. Events of the first attempt come late, after all that.
 */
export function histories(isSilent: boolean): fc.Arbitrary<History> {
  return fc.oneof(
    {
      weight: storiesOfOneAttempt.length,
      arbitrary: fc.constantFrom(...storiesOfOneAttempt).chain((story) => ofOneAttempt(story, isSilent)),
    },
    { weight: 2, arbitrary: ofTwoAttempts(storyOfTwoAttempts, isSilent) },
  )
}

function ofOneAttempt(story: Story, isSilent: boolean): fc.Arbitrary<History> {
  return fc
    .record({ naming: fc.constantFrom('attempt', 'platform', 'both'), all: shuffledOf(story, 1), cut: fc.nat(), isAtOnce: fc.boolean() })
    .map(({ naming, all, cut, isAtOnce }) => {
      const length = isSilent ? cut % all.length : all.length
      return { story, naming, before: all.slice(0, length), after: all.slice(length), isAtOnce }
    })
}

function ofTwoAttempts(story: Story, isSilent: boolean): fc.Arbitrary<History> {
  return fc
    .record({
      naming: fc.constantFrom('attempt', 'both'),
      first: shuffledOf(story, 1),
      second: shuffledOf(story, 2),
      isAtOnce: fc.boolean(),
      cut: fc.nat(),
    })
    .chain(({ first, second, cut, ...rest }) => {
      const end = first.findIndex(isEndOf)
      const length = isSilent ? cut % (end + 1) : end + 1
      const before = first.slice(0, length)
      return shuffled([...first.slice(length), ...second]).map((after) => ({ ...rest, story, before, after }))
    })
}

/** What arrives of one attempt, some of it twice. */
function shuffledOf(story: Story, attemptNumber: number): fc.Arbitrary<readonly Arrival[]> {
  const once = arrivalsOf(story, attemptNumber)
  const events = once.filter(({ told }) => told !== 'answer')
  const copies = fc.tuple(
    fc.subarray(events),
    fc.subarray(events).map((some) => some.map(renamed)),
  )
  return copies.chain(([same, others]) => shuffled([...once, ...same, ...others]))
}

function arrivalsOf({ attempts }: Story, attemptNumber: number): readonly Arrival[] {
  const events = (attempts[attemptNumber - 1] ?? []).map((told, index) => ({ attemptNumber, told, eventId: `${attemptNumber}-${index}` }))
  return [{ attemptNumber, told: 'answer', eventId: `${attemptNumber}-answer` }, ...events]
}

function renamed(arrival: Arrival): Arrival {
  return { ...arrival, eventId: `${arrival.eventId}-again` }
}

function shuffled<T>(list: readonly T[]): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...list], { minLength: list.length })
}

/** Whether an arrival ends its attempt. */
function isEndOf({ told }: Arrival): boolean {
  return told !== 'answer' && isEnd(told)
}

/** Every order of a list. What stands in it twice is not told apart. */
function ordersOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  if (list.length === 0) return [[]]
  return [...new Set(list)].flatMap((first) => ordersOf(list.toSpliced(list.indexOf(first), 1)).map((rest) => [first, ...rest]))
}
