import { describe, expect, it } from 'vitest'
import { explore, type Model, reachesEnd } from './explore.ts'

describe('the model checker', () => {
  it('visits every state once, and finds nothing where nothing is broken', () => {
    expect(explore(clock({}))).toEqual({ states: 12, broken: null })
  })

  it('tells a shortest way to a state that breaks a property', () => {
    expect(explore(clock({ forbidden: 3 })).broken).toEqual({
      property: 'it is never 3',
      trace: ['it begins', 'one on', 'one on', 'one on'],
    })
    expect(explore(clock({ forbidden: 10 })).broken?.trace).toEqual(['it begins', 'five on', 'five on'])
  })

  it('finds a state from which no end can be reached any more', () => {
    expect(explore(clock({ dead: 10 })).broken).toEqual({ property: reachesEnd, trace: ['it begins', 'five on', 'five on'] })
  })

  it('gives up where there are more states than it was told', () => {
    expect(() => explore(clock({}), 11)).toThrow('There are more than 11 states.')
  })
})

/** A clock face whose hand goes one hour on, or five, and may rest at midnight. */
function clock({ forbidden = -1, dead = -1 }): Model<number> {
  return {
    initial: 0,
    *steps(hour) {
      if (hour === dead) return
      yield { name: 'one on', next: (hour + 1) % 12 }
      yield { name: 'five on', next: (hour + 5) % 12 }
    },
    keyOf: String,
    brokenBy: (hour) => (hour === forbidden ? `it is never ${forbidden}` : null),
    isEnd: (hour) => hour === 0,
  }
}
