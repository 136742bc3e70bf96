import { createHash } from 'node:crypto'

/** A number in [0, 1) for a purpose; the same purpose always gets the same number. */
export type Draw = (purpose: string) => number

/** The chances of one request: they depend on what it is and never on when it came, so that a run repeats under any load. */
export function drawsFor(...identity: readonly (string | number)[]): Draw {
  return (purpose) => Number.parseInt(fingerprint(...identity, purpose).slice(0, 12), 16) / 2 ** 48
}

/** 64 hexadecimal digits that name the parts, in their order. */
export function fingerprint(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** The name whose share of the line from 0 to 1 holds the number; null past the last share. */
export function pickByShare<TName extends string>(shares: readonly (readonly [TName, number])[], number: number): TName | null {
  let end = 0
  for (const [name, share] of shares) {
    end += share
    if (number < end) return name
  }
  return null
}
