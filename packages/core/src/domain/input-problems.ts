import * as z from 'zod'
import { type InputProblem, ValidationError } from '../errors.ts'
import { describeKind, formatPath } from './input-description.ts'
import { didYouMean } from './suggestion.ts'

/** An input that was read, or all that is wrong with it. */
export type ReadResult<TValue> =
  | { readonly ok: true; readonly value: TValue }
  | { readonly ok: false; readonly problems: readonly InputProblem[] }

/** Reads an input by its schema. `path` says where it stands in something larger, `calls[3]`; it is put before the path of every problem. */
export function readInput<TSchema extends z.ZodType>(schema: TSchema, input: unknown, path = ''): ReadResult<z.output<TSchema>> {
  const result = schema.safeParse(input)
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, problems: distinct(result.error.issues.slice(0, enough).flatMap((issue) => problemsOf(schema, issue, path))) }
}

/** The same, for those who want a {@link ValidationError} with every problem. */
export function parseInput<TSchema extends z.ZodType>(schema: TSchema, input: unknown, path = ''): z.output<TSchema> {
  return readOrThrow(readInput(schema, input, path))
}

/** What was read, or a {@link ValidationError}. */
export function readOrThrow<TValue>(result: ReadResult<TValue>): TValue {
  if (result.ok) return result.value
  throw invalid(result.problems)
}

/** So many problems are worth looking for. A hostile input can have a million. */
export const enough = 101

/** A {@link ValidationError} that stays readable: it lists a hundred problems at most, and says if there are more. */
export function invalid(problems: readonly InputProblem[]): ValidationError {
  if (problems.length < enough) return new ValidationError(problems)
  return new ValidationError([...problems.slice(0, enough - 1), { path: '', message: 'There are more problems than these.' }])
}

/** An object with these keys and no others. */
export function objectOf<TShape extends z.core.$ZodLooseShape>(shape: TShape) {
  return z.strictObject(shape, { error: ({ input }) => `Expected an object, got ${describeKind(input)}.` })
}

function problemsOf(schema: z.core.$ZodType, issue: z.core.$ZodIssue, prefix: string): readonly InputProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: formatPath(issue.path, prefix), message: issue.message }]
  const known = keysAt(schema, issue.path)
  return issue.keys.slice(0, enough).map((key) => ({
    path: formatPath([...issue.path, key], prefix),
    message: `There is no such key.${didYouMean(key, known)}`,
  }))
}

/** A text that is empty is also too short, and of the wrong form: three rules, one sentence. */
function distinct(problems: readonly InputProblem[]): readonly InputProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem])).values()]
}

/** The keys that the schema knows at this place. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [step, ...rest] = path
  if (schema instanceof z.ZodPipe) return keysAt(schema.in instanceof z.ZodTransform ? schema.out : schema.in, path)
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest)
  if (!(schema instanceof z.ZodObject)) return []
  if (step === undefined) return Object.keys(schema.shape)
  const field: unknown = schema.shape[String(step)]
  return field instanceof z.ZodType ? keysAt(field, rest) : []
}
