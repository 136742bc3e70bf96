import { readdirSync, readFileSync } from 'node:fs'
import type { Figure } from './tables.ts'

const folder = new URL('../../tests/promises/results/', import.meta.url)

/** Every figure that is kept, in the order of the file names. */
export function readFigures(): readonly Figure[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Figure)
}
