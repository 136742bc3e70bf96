/**
 * JSON as Postgres takes it. It refuses NUL and halves of surrogate pairs, even escaped, so that one such character in what a platform says would fail a whole turn: they become
 * U+FFFD.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  return unstorable.test(text) ? JSON.stringify(value, (_key, part) => (typeof part === 'string' ? storable(part) : part)) : text
}

/** As `JSON.stringify` escapes them. A backslash before the u makes it a false alarm, which costs only time. */
const unstorable = /\\u(?:0000|d[89a-f])/

/** Text without what Postgres refuses. */
export function storable(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\ufffd')
}

/** What is empty is left out of what functions of the schema are given, so that they pass over it. */
export function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
