/** An attempt's id, taken apart. */
export interface AttemptIdParts {
  readonly callId: string
  readonly number: number
}

/** So many random bytes, as `crypto.randomBytes` makes them. */
export type RandomBytes = (bytes: number) => Uint8Array

/** Makes the next id, given the time in milliseconds. */
export type NextUuid = (nowMs: number) => string

/**
 * A source of UUIDs of version 7 (RFC 9562) that only grow: within a millisecond by a counter of 42 bits, randomly begun (section 6.2, method 1), and 32 random bits behind it. A clock that
 * goes back a little leaves the time where it was; by more than ten seconds, it is believed, and ids begin anew from there.
 */
export function uuidV7Source(random: RandomBytes): NextUuid {
  const draw = pooled(random)
  let timeMs = Number.NEGATIVE_INFINITY
  let counter = 0
  return (nowMs) => {
    if (nowMs > timeMs || nowMs < timeMs - tolerableRollbackMs) {
      timeMs = nowMs
      counter = randomCounter(draw)
    } else {
      counter += 1
    }
    if (counter >= 2 ** counterBits) {
      timeMs += 1
      counter = randomCounter(draw)
    }
    return formatUuidV7(timeMs, counter, draw(4))
  }
}

/** True for a UUID of any version in lower case, the only form in which ids are stored. */
export function isUuid(value: string): boolean {
  return uuidPattern.test(value)
}

/** `<call id>.<number>`: the idempotency key at the provider, and our reference there. */
export function attemptIdOf(callId: string, number: number): string {
  return `${callId}.${number}`
}

/** Takes an attempt's id apart. Null for anything but exactly what {@link attemptIdOf} makes of a call's id and a number from 1 to 2 147 483 647. */
export function parseAttemptId(attemptId: string): AttemptIdParts | null {
  const [callId = '', digits = '', ...rest] = attemptId.split('.')
  const number = /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : Number.NaN
  return rest.length === 0 && isUuid(callId) && number <= maxAttemptNumber ? { callId, number } : null
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const maxAttemptNumber = 2_147_483_647
const tolerableRollbackMs = 10_000
const counterBits = 42

/** Asking the system for four bytes costs more than all the rest of an id, so it is asked for a thousand ids at once. */
function pooled(random: RandomBytes): RandomBytes {
  let pool: Uint8Array = new Uint8Array()
  let used = 0
  return (bytes) => {
    if (used + bytes > pool.length) {
      pool = random(4_096)
      used = 0
    }
    used += bytes
    return pool.subarray(used - bytes, used)
  }
}

/** Begins in the lower half, so that there is room to count. */
function randomCounter(random: RandomBytes): number {
  return Buffer.from(random(6)).readUIntBE(0, 6) % 2 ** (counterBits - 1)
}

/** Bits: 48 time, 4 version, 12 counter, 2 variant, 30 counter, 32 random. */
function formatUuidV7(timeMs: number, counter: number, tail: Uint8Array): string {
  const bytes = Buffer.alloc(16)
  const lowBits = 2 ** 30
  bytes.writeUIntBE(timeMs, 0, 6)
  bytes.writeUInt16BE(0x7000 + Math.floor(counter / lowBits), 6)
  bytes.writeUInt32BE(0x8000_0000 + (counter % lowBits), 8)
  bytes.set(tail, 12)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
