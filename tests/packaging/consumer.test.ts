import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packPackage, publishedPackages } from './packed-package.ts'

describe('a project that installed the packages', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ebra-consumer-'))
    await cp(fileURLToPath(new URL('consumer', import.meta.url)), folder, { recursive: true })
    const packed = await Promise.all(publishedPackages.map((name) => packPackage(name, folder)))
    await writeFile(join(folder, 'package.json'), manifestOf(packed))
    await writeFile(join(folder, 'pnpm-workspace.yaml'), 'packages: []\nstrictDepBuilds: false\nautoInstallPeers: false\n')
    await run('pnpm', ['install', '--prefer-offline'], folder)
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('compiles against their types under the strictest options', async () => {
    await expect(run(process.execPath, [typescript, '--project', folder], folder)).resolves.toBe('')
  })

  test('runs them from an ES module', async () => {
    expect(await run(process.execPath, ['esm.ts'], folder)).toBe('COMPLETED\n')
  })

  test('runs them from a CommonJS module', async () => {
    expect(await run(process.execPath, ['commonjs.cjs'], folder)).toBe('COMPLETED\n')
  })
})

/** A project of the user's own: nothing but their packages, ours, and what ours ask for. */
function manifestOf(packed: readonly { name: string; tarball: string }[]): string {
  const ours = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]))
  const theirs = { '@types/express': '^5.0.6', '@types/node': '^24.0.0', express: '^5.3.0', fastify: '^5.12.8' }
  return JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies: { ...ours, ...theirs } })
}

/** What it printed on its standard output; rejects with all it printed if it failed. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd })
    return stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

const typescript = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
