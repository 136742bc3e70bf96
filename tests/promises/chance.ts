import { randomInt } from 'node:crypto'

/** What decides everything random of this run. Told in the names of tests; EBRA_SEED runs the same again. */
export const seed = Number(process.env['EBRA_SEED'] ?? randomInt(2 ** 31))

/** Draws that the seed and a name decide. */
export interface Chance {
  /** Uniform in [0, 1). */
  share(): number
  /** A whole number, both ends included. */
  between(from: number, to: number): number
  shuffled<T>(list: readonly T[]): readonly T[]
}

/** Independent draws for everyone who names himself differently. The generator is mulberry32. */
export function chanceOf(name: string): Chance {
  let state = [...name].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193), seed | 0)
  const share = () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    share,
    between: (from, to) => from + Math.floor(share() * (to - from + 1)),
    shuffled: (list) =>
      list
        .map((item) => ({ item, at: share() }))
        .sort((one, other) => one.at - other.at)
        .map(({ item }) => item),
  }
}

/** One of a list that is not empty. */
export function oneOf<T>(chance: Chance, list: readonly T[]): T {
  return list[chance.between(0, list.length - 1)] as T
}
