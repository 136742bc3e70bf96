import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresPage } from './postgres-plans.ts'
import { sqlitePage } from './sqlite-plans.ts'

// Shows how the stores execute their statements, and keeps it with the documentation: main.ts [pending and finished calls] [folder]
const [, , count = '1000000', folder = fileURLToPath(new URL('../../../docs/performance', import.meta.url))] = process.argv
writeFileSync(join(folder, 'plans-sqlite.md'), await sqlitePage())
writeFileSync(join(folder, 'plans.md'), await postgresPage(Number(count)))
