import { jsonText, storable } from './json-text.ts'

/** What a field of a row may be. What is empty is null. */
export type Field = string | number | boolean | readonly string[] | null | undefined

/**
 * Rows of a composite type as an array of it, in Postgres's own notation: read in a fifth of the time that JSON takes, since no names have to be matched.
 * See https://www.postgresql.org/docs/18/rowtypes.html#ROWTYPES-IO-SYNTAX and https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO.
 */
export function rowsText(rows: readonly (readonly Field[])[]): string {
  return arrayText(rows.map((fields) => `(${fields.map(fieldText).join(',')})`))
}

/** JSON as a field; null stays null, which is no JSON. */
export function jsonField(value: object | null | undefined): string | null {
  return value == null ? null : jsonText(value)
}

function fieldText(field: Field): string {
  switch (typeof field) {
    case 'string':
      return quotedField(field)
    case 'object':
      return field === null ? '' : quotedField(arrayText(field))
    case 'undefined':
      return ''
    default:
      return String(field)
  }
}

function quotedField(text: string): string {
  return `"${storable(text).replace(/["\\]/g, '$&$&')}"`
}

function arrayText(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${element.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}
