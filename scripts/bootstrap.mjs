// What every script of the root's package.json runs through: finds a Node that is new enough and pnpm, installs and builds what has changed since the
// last time, then runs one program. Needs nothing but some Node >= 20 and its npx.
import { buildIfChanged } from './bootstrap/build.mjs'
import { installIfChanged } from './bootstrap/install.mjs'
import { withLock } from './bootstrap/lock.mjs'
import { run } from './bootstrap/run.mjs'
import { readStamp, writeStamp } from './bootstrap/stamp.mjs'
import { findNode } from './bootstrap/toolchain.mjs'

/** @type {Record<string, { file: string, args?: string[], built?: boolean }>} */
const programs = {
  start: { file: 'examples/reference-server/dist/main.js', built: true },
  api: { file: 'examples/reference-server/dist/api.js', built: true },
  worker: { file: 'examples/reference-server/dist/worker.js', built: true },
  demo: { file: 'examples/demo/dist/main.js', built: true },
  sandbox: { file: 'examples/provider-sandbox/dist/main.js', built: true },
  bench: { file: 'bench/src/main.ts', built: true },
  plans: { file: 'bench/src/plans/main.ts', built: true },
  check: { file: 'scripts/check.ts' },
  build: { file: 'scripts/build.ts' },
  format: { file: 'node_modules/@biomejs/biome/bin/biome', args: ['check', '--write'] },
  soak: { file: 'scripts/soak.ts' },
  unit: { file: 'node_modules/vitest/vitest.mjs', args: ['run'] },
  changeset: { file: 'node_modules/@changesets/cli/bin.js' },
}

const [, , name = 'start', ...args] = process.argv
const program = programs[name]
if (!program) throw new Error(`"${name}" is none of ${Object.keys(programs).join(', ')}.`)

try {
  const toolchain = await withLock(() => {
    const stamp = readStamp()
    try {
      stamp.node = findNode(stamp.node)
      installIfChanged(stamp)
      if (program.built) buildIfChanged(stamp)
      return stamp
    } finally {
      writeStamp(stamp)
    }
  })
  run(toolchain, program.file, [...(program.args ?? []), ...args])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
