import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How one run of the bootstrap ended. */
export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A repository with the real bootstrap, a server of a few lines, and an npx and a pnpm that write down what they are asked. */
export interface Miniature extends Disposable {
  write(path: string, text: string): void
  read(path: string): string
  remove(path: string): void
  /** What npx, pnpm and the build were asked since the last look. */
  asked(): readonly string[]
  start(args?: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess
  run(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>
}

/** Makes a miniature that nothing was installed or built in. */
export function createMiniature(): Miniature {
  const root = mkdtempSync(join(tmpdir(), 'ebra-bootstrap-'))
  const at = (path: string) => join(root, path)
  const write = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
    if (path.startsWith('bin/')) chmodSync(at(path), 0o755)
  }
  for (const path of ['scripts/bootstrap.mjs', 'scripts/bootstrap']) cpSync(join(repository, path), at(path), { recursive: true })
  for (const [path, text] of Object.entries(files)) write(path, text)
  const start: Miniature['start'] = (args = ['start'], env = {}) => {
    const path = [at('bin'), process.env['PATH']].join(delimiter)
    const options = { cwd: root, env: { ...process.env, PATH: path, MINIATURE: root, NODE: process.execPath, ...env } }
    return spawn(process.execPath, ['scripts/bootstrap.mjs', ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  }
  return {
    write,
    start,
    read: (path) => readFileSync(at(path), 'utf8'),
    remove: (path) => rmSync(at(path), { recursive: true, force: true }),
    asked: () => {
      const log = existsSync(at('asked')) ? readFileSync(at('asked'), 'utf8').trim().split('\n') : []
      rmSync(at('asked'), { force: true })
      return log
    },
    run: (args, env) => outcomeOf(start(args, env)),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Waits for the end of a run. */
export async function outcomeOf(child: ChildProcess): Promise<Run> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

const repository = fileURLToPath(new URL('../..', import.meta.url))

const files = {
  'package.json': '{ "type": "module" }',
  'pnpm-lock.yaml': 'lockfileVersion: 9',
  'packages/core/package.json': '{}',
  'packages/core/src/index.ts': 'export {}',
  'examples/demo/package.json': '{}',
  'scripts/build.ts': `
    import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
    import { markBuilt } from './bootstrap/build-mark.mjs'
    import { sourceHash } from './bootstrap/stamp.mjs'
    appendFileSync('asked', 'build ' + process.argv.slice(2).join(' ') + '\\n')
    for (const path of ['packages/core/dist/index.js', 'examples/demo/dist/main.js', 'examples/reference-server/dist/main.js']) {
      mkdirSync(path.replace(/[^/]+$/, ''), { recursive: true })
      writeFileSync(path, 'await import(process.cwd() + "/server.mjs")')
    }
    markBuilt(sourceHash())`,
  'server.mjs': 'console.log(JSON.stringify({ args: process.argv.slice(2), node: process.execPath, path: process.env.PATH }))',
  'bin/npx': `#!/bin/sh
    echo "npx $*" >> "$MINIATURE/asked"
    case "$*" in
      *pnpm@*) echo "$MINIATURE/bin/pnpm" ;;
      *node@*) [ -n "$NO_NODE" ] && { echo 'no such package' >&2; exit 1; }; echo "$MINIATURE/bin/node" ;;
    esac`,
  'bin/pnpm': `#!/bin/sh
    echo "pnpm $*" >> "$MINIATURE/asked"
    [ -n "$NO_REGISTRY" ] && { echo 'the registry is out of reach' >&2; exit 1; }
    for name in typescript tsup vitest; do mkdir -p node_modules/$name; echo '{}' > node_modules/$name/package.json; done
    touch node_modules/.modules.yaml`,
  'bin/node': '#!/bin/sh\nexec "$NODE" "$@"',
  'old-node.mjs': "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
}
