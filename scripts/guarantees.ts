import { readFileSync, writeFileSync } from 'node:fs'
import { readFigures } from './guarantees/figures.ts'
import { withGuarantees } from './guarantees/tables.ts'

// Run after a soak: node scripts/guarantees.ts
const page = new URL('../docs/guarantees.md', import.meta.url)
writeFileSync(page, withGuarantees(readFileSync(page, 'utf8'), readFigures()))
