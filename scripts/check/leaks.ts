/**
 * In every value that a test would not have in a log: metadata, variables, transcripts, keys, passwords. A webhook secret has it in base64. No word of any language, so that it is found only
 * where it leaked.
 */
export const canary = 'c4n4ry'

/** The numbers that tests dial; not the example of the documentation, which messages quote. */
const phoneNumbers = /(?:(?<![\w.+-])\+?|%2B)(?:1202555(?!0123)\d{4}|49\d{10})(?!\w)/gi
const canaries = /c4n4ry[\w-]*|YzRuNHJ5[\w+/=]*/gi
/** A database's address with its password, other than the example that a message gives. */
const passwords = /postgres(?:ql)?:\/\/(?!user:password@)[^\s:/@]+:[^\s@]+@/g

/** What a log shows that none may show, each once. Empty where all is well. `secrets` are looked for as they are. */
export function leaksIn(text: string, secrets: readonly string[] = []): readonly string[] {
  const found = [phoneNumbers, canaries, passwords].flatMap((pattern) => [...text.matchAll(pattern)].map(([leak]) => leak))
  return [...new Set([...found, ...secrets.filter((secret) => text.includes(secret))])]
}
