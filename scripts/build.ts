import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { markBuilt, unmarkBuilt } from './bootstrap/build-mark.mjs'
import { sourceHash } from './bootstrap/stamp.mjs'

// Builds every package and example, as many at once as there are cores: none needs what is built of another. Arguments go on to tsup.
const tsup = fileURLToPath(new URL('../node_modules/tsup/dist/cli-default.js', import.meta.url))
const args = process.argv.slice(2)
const waiting = ['packages', 'examples'].flatMap((folder) => globSync(`${folder}/*/tsup.config.ts`)).map(dirname)
const hash = sourceHash()
unmarkBuilt()
await Promise.all(Array.from({ length: availableParallelism() }, buildNext))
if (process.exitCode === undefined) markBuilt(hash)

async function buildNext(): Promise<void> {
  for (let folder = waiting.shift(); folder; folder = waiting.shift()) await build(folder)
}

async function build(folder: string): Promise<void> {
  const child = spawn(process.execPath, [tsup, ...args], { cwd: folder, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) {
    console.error(`${folder} does not build.`)
    process.exitCode = 1
  }
}
