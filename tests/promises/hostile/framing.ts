import { type Chance, oneOf } from '../chance.ts'

/** A body on its way: the headers that tell its length, and its bytes. */
interface Framed {
  readonly headers: readonly string[]
  readonly content: Buffer
  /** False: less comes than was promised, or more. */
  readonly isWhole: boolean
}

/** Frames a body by its length or in chunks of any size; now and then it is cut off, or longer than it says. */
export function framed(body: Uint8Array | null, chance: Chance): Framed {
  if (body === null) return { headers: [], content: Buffer.alloc(0), isWhole: true }
  const bytes = Buffer.from(body)
  const roll = chance.share()
  if (roll < 0.05 && bytes.length > 0)
    return { ...byLength(bytes.length), content: bytes.subarray(0, chance.between(0, bytes.length - 1)), isWhole: false }
  if (roll < 0.07) return { ...byLength(Math.floor(bytes.length / 2)), content: bytes, isWhole: false }
  if (roll < 0.25) return { headers: ['transfer-encoding: chunked'], content: inChunks(bytes, chance), isWhole: true }
  return { ...byLength(bytes.length), content: bytes, isWhole: true }
}

function byLength(length: number): Pick<Framed, 'headers'> {
  return { headers: [`content-length: ${length}`] }
}

function inChunks(bytes: Buffer, chance: Chance): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const chunk = bytes.subarray(at, at + oneOf(chance, [1, 7, 1_000, 100_000]) + Math.floor(bytes.length / 100))
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
    at += chunk.length
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
