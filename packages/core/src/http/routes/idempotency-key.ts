import { createHash } from 'node:crypto'
import { fields } from '../../domain/input-fields.ts'
import { parseInput } from '../../domain/input-problems.ts'
import { ValidationError } from '../../errors.ts'
import type { HttpRequest } from '../http-records.ts'

/** The key of the header `Idempotency-Key`, or null. Throws a ValidationError unless it is 1 to 255 visible ASCII characters. */
export function keyFromHeader({ headers }: HttpRequest): string | null {
  const header = headers['idempotency-key']
  return header === undefined ? null : parseInput(fields.idempotencyKey, header, headerName)
}

/** The one key of a call that may name it in its header, its body, or both alike. Throws a ValidationError where they differ. */
export function agreedKey(inHeader: string | null, inBody: string | null): string | null {
  if (inHeader !== null && inBody !== null && inHeader !== inBody) {
    throw new ValidationError([{ path: 'idempotencyKey', message: `Expected the same key as in the header ${headerName}, or none.` }])
  }
  return inHeader ?? inBody
}

/** The key of one call in a batch that bears a key as a whole. Hashed, so that it fits and meets no key that a client chose. */
export function keyWithinBatch(batchKey: string, index: number): string {
  return `batch:${createHash('sha256').update(batchKey).digest('base64url')}:${index}`
}

const headerName = 'Idempotency-Key'
