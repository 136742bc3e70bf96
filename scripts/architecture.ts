import { fileURLToPath } from 'node:url'
import { findViolations } from './architecture/check.ts'

const violations = findViolations(fileURLToPath(new URL('..', import.meta.url)))
for (const { path, line, message } of violations) console.error(`${path}:${line} ${message}`)
if (violations.length > 0) {
  console.error(`${violations.length} ${violations.length === 1 ? 'violation' : 'violations'} of the architecture.`)
  process.exitCode = 1
}
