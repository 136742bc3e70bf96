import * as z from 'zod'
import { describeKind, describeValue, expected } from './input-description.ts'
import type { Json, JsonObject, Variables } from './json.ts'
import { copyJsonObject, isStorableText, type JsonLimits, type JsonProblem } from './json-rules.ts'
import { e164Pattern, phoneNumberProblem } from './phone-number.ts'

/** 16 kB: the limit of `metadata`, `variables` and `providerOptions`, each. */
export const maxJsonBytes = 16_384

/** The form of a provider's name. */
export const providerNamePattern = /^[a-z][a-z0-9-]{0,31}$/

/** The rules of each field of a call, stated once: the SDK, the wire, JSON Schema and OpenAPI are built from these. */
export const fields = {
  to: z
    .string(expected('a phone number in E.164 form'))
    .regex(e164Pattern, expected('a phone number in E.164 form ("+" and 7 to 15 digits, like +12025550123)'))
    .check(phoneNumberCheck)
    .describe('The phone number to dial, in E.164 form.'),
  scriptId: z
    .string(expected('the id of a script'))
    .min(1, expected('the id of a script, 1 to 200 characters'))
    .max(200, expected('the id of a script, 1 to 200 characters'))
    .refine(isStorableText, expected('the id of a script, well-formed text without NUL'))
    .describe('What the provider is to say; it may map it to an agent of its own.'),
  from: visibleAscii(64, 'a caller id').describe('Caller id: a number, or the platform’s own id of one. Without it the provider chooses.'),
  variables: jsonObject<Variables>({ maxBytes: maxJsonBytes }, nestedVariables).meta({
    description: 'What the script may say: a flat object, at most 16 kB.',
    additionalProperties: { type: ['string', 'number', 'boolean'] },
  }),
  metadata: jsonObject<JsonObject>({ maxBytes: maxJsonBytes }).meta({
    description: 'The host’s own bookkeeping: a JSON object, at most 16 kB and 32 levels.',
  }),
  provider: z
    .string(expected('the name of a provider'))
    .regex(providerNamePattern, expected('the name of a provider (a–z, 0–9 and "-", at most 32 characters)'))
    .describe('The provider that dials it. Without it, the first provider of the process that does.'),
  providerOptions: jsonObject<Readonly<Record<string, JsonObject>>>({ maxBytes: maxJsonBytes, maxDepth: 33 }, misnamedOptions).meta({
    description: 'Options for single providers, by provider name, merged last into their requests; at most 16 kB.',
    additionalProperties: { type: 'object' },
  }),
  tenant: visibleAscii(100, 'a tenant').describe('Whose call it is.'),
  priority: integer(-100, 100).describe('Higher is dialed first. Defaults to 0.'),
  maxAttempts: integer(1, 100).describe('Attempts in all. Defaults to the orchestrator’s.'),
  exclusive: z.boolean(expected('true or false')).describe('False lets it ring a number that has another live call. Defaults to true.'),
  idempotencyKey: visibleAscii(255, 'an idempotency key').describe('The same key with the same input is the same call.'),
} as const

/** A whole number within bounds. Its messages show the number that came. */
export function integer(min: number, max: number) {
  const error = ({ input }: { readonly input?: unknown }) => `Expected an integer from ${min} to ${max}, got ${describeValue(input)}.`
  return z.int({ error }).min(min, { error }).max(max, { error })
}

/** A word of letters, digits and signs: no space, nothing that a header or a log line could break on. */
export function visibleAscii(maxLength: number, what: string) {
  const rule = expected(`${what}, 1 to ${maxLength} visible ASCII characters without spaces`)
  return z
    .string(rule)
    .min(1, rule)
    .max(maxLength, rule)
    .regex(/^[\x21-\x7e]+$/, rule)
}

function phoneNumberCheck(payload: z.core.ParsePayload<string>): void {
  const hasForm = payload.issues.length === 0
  const problem = hasForm ? phoneNumberProblem(payload.value) : null
  if (problem !== null) payload.issues.push({ code: 'custom', message: problem, input: payload.value })
}

/** An object that is copied and frozen on its way in; `extraProblems` sees it only when it is sound JSON. */
function jsonObject<TValue extends JsonObject>(
  limits: JsonLimits,
  extraProblems: (value: JsonObject) => readonly JsonProblem[] = () => [],
) {
  return z
    .unknown()
    .meta({ type: 'object' })
    .transform((input, context): TValue => {
      const result = copyJsonObject(input, limits)
      const problems = result.ok ? extraProblems(result.value) : result.problems
      for (const { path, message } of problems) context.issues.push({ code: 'custom', path: [...path], message, input })
      return result.ok ? (result.value as TValue) : z.NEVER
    })
}

function nestedVariables(variables: JsonObject): readonly JsonProblem[] {
  return problemsOfEntries(variables, (_name, value) =>
    value === null || typeof value === 'object' ? `Expected a string, a number, true or false, got ${describeKind(value)}.` : null,
  )
}

function misnamedOptions(options: JsonObject): readonly JsonProblem[] {
  return problemsOfEntries(options, (name, value) => {
    if (!providerNamePattern.test(name)) return 'Expected the name of a provider as the key.'
    return value === null || typeof value !== 'object' || Array.isArray(value)
      ? `Expected a JSON object, got ${describeKind(value)}.`
      : null
  })
}

function problemsOfEntries(values: JsonObject, problemOf: (key: string, value: Json) => string | null): readonly JsonProblem[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const message = problemOf(key, value)
    return message === null ? [] : [{ path: [key], message }]
  })
}
