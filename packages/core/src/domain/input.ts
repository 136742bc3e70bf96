import type * as z from 'zod'
import type { InputProblem } from '../errors.ts'
import { describeKind } from './input-description.ts'
import { instant } from './input-instants.ts'
import { enough, invalid, parseInput, readInput } from './input-problems.ts'
import { enqueueSchema, updateSchema } from './input-schemas.ts'
import { type WithoutUndefined, withoutUndefined } from './without-undefined.ts'

/** What `enqueue` takes. Instants are Dates; null says the same as leaving an optional field out. */
export const enqueueInputSchema = enqueueSchema(instant)

/** What `update` takes. A field that is left out or undefined stays as it is, null gives it its default; `to` and `scriptId` cannot be null. */
export const updateInputSchema = updateSchema(instant)

/** A call that was asked for: checked, copied, complete. */
export type NormalizedCall = z.output<typeof enqueueInputSchema>

/** Changes that were asked for: checked, copied, with no key but those to change. */
export type NormalizedChanges = WithoutUndefined<z.output<typeof updateInputSchema>>

/** Reads the input of `enqueue`. `path` is where it stands in something larger, `calls[3]`. Throws a ValidationError that lists every problem. */
export function parseEnqueueInput(input: unknown, path = ''): NormalizedCall {
  return parseInput(enqueueInputSchema, input, path)
}

/** Reads the inputs of `enqueueMany`, all or none. Throws a ValidationError that lists the problems of all, each with its index. */
export function parseEnqueueInputs(inputs: unknown, path = 'calls'): readonly NormalizedCall[] {
  if (!Array.isArray(inputs)) throw invalid([{ path, message: `Expected an array of calls, got ${describeKind(inputs)}.` }])
  const calls: NormalizedCall[] = []
  const problems: InputProblem[] = []
  for (const [index, input] of inputs.entries()) {
    if (problems.length >= enough) break
    const result = readInput(enqueueInputSchema, input, `${path}[${index}]`)
    if (result.ok) calls.push(result.value)
    else problems.push(...result.problems)
  }
  if (problems.length > 0) throw invalid(problems)
  return calls
}

/** Reads the input of `update`. Throws a ValidationError that lists every problem. */
export function parseUpdateInput(input: unknown): NormalizedChanges {
  return withoutUndefined(parseInput(updateInputSchema, input))
}
