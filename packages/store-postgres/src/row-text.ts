import { jsonText, storable } from './json-text.ts'

/** What a field of a row may be. What is empty is null. */
export type Field = string | number | boolean | readonly string[] | null | undefined

/**
 * Rows of a composite type as an array of it, in Postgres's own notation: read in a fifth of the time that JSON takes, since no names have to be matched. Every row is quoted as an element of
 * the array, so that what quotes or escapes within it is escaped once more.
 * See https://www.postgresql.org/docs/18/rowtypes.html#ROWTYPES-IO-SYNTAX and https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO.
 */
export function rowsText(rows: readonly (readonly Field[])[]): string {
  return `{${rows.map((fields) => `"(${fields.map(fieldText).join(',')})"`).join(',')}}`
}

/** JSON as a field; null stays null, which is no JSON. */
export function jsonField(value: object | null | undefined): string | null {
  return value == null ? null : jsonText(value)
}

function fieldText(field: Field): string {
  if (field == null) return ''
  if (typeof field === 'string') return quotedField(storable(field))
  return typeof field === 'object' ? quotedField(arrayText(field)) : String(field)
}

function quotedField(text: string): string {
  if (text !== '' && !needsQuotes.test(text)) return text
  return `\\"${text.replaceAll('\\', '\\\\\\\\').replaceAll('"', '\\"\\"')}\\"`
}

const needsQuotes = /[",()\\]/

function arrayText(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${storable(element).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`
}
