import { readFileSync, writeFileSync } from 'node:fs'
import { withLifecycle } from './lifecycle/draw.ts'

// Run after a change of packages/core/src/domain/lifecycle.ts: node scripts/lifecycle-diagram.ts
const page = new URL('../docs/call-lifecycle.md', import.meta.url)
writeFileSync(page, withLifecycle(readFileSync(page, 'utf8')))
