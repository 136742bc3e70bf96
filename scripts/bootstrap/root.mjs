import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the bootstrap remembers; goes away with node_modules, as it should. */
export const memory = join(root, 'node_modules', '.ebra')
