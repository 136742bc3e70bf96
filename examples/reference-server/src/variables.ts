import * as z from 'zod'

// The kinds of variables. A message ends the sentence "NAME must be …", and shows what came unless that could hold a secret.

/** Any text. */
export function text() {
  return z.string()
}

/** Digits, with a fraction where it need not be whole. */
export function number({ min, max, isWhole = false }: { readonly min: number; readonly max: number; readonly isWhole?: boolean }) {
  const form = isWhole ? /^\d+$/ : /^\d+(\.\d+)?$/
  const expected = `${isWhole ? 'a whole number' : 'a number'} from ${min} to ${max}`
  return z
    .string()
    .refine((value) => form.test(value) && Number(value) >= min && Number(value) <= max, says(expected))
    .transform(Number)
}

/** `true` or `false`. */
export function truth() {
  return z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'], ...says('true or false') })
}

/** One of a few words. */
export function choice<const TChoices extends readonly string[]>(...choices: TChoices) {
  return z.enum(choices, says(choices.join(' or ')))
}

/** Where a server is; without a slash at its end. */
export function webAddress() {
  return z
    .string()
    .refine(isWebAddress, 'an http or https address without user, password and query, like https://voice.example.com')
    .transform((value) => value.replace(/\/+$/, ''))
}

/** A text of some form, never shown. */
export function secret(form: RegExp, expected: string) {
  return z.string().regex(form, expected)
}

/** One or several texts of some form, with commas between them, never shown. */
export function secrets(form: RegExp, expected: string) {
  return z
    .string()
    .transform((value) => value.split(/\s*,\s*/))
    .refine((values) => values.every((value) => form.test(value)), expected)
}

function says(expected: string) {
  return { error: ({ input }: { readonly input?: unknown }) => `${expected}, it is "${input}"` }
}

function isWebAddress(value: string): boolean {
  const url = URL.parse(value)
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === ''
}
