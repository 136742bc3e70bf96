import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A package as the registry would get it. */
export interface PackedPackage {
  readonly name: string
  /** Path of the tarball. */
  readonly tarball: string
  readonly files: readonly string[]
  /** The manifest inside the tarball. */
  readonly manifest: Readonly<Record<string, unknown>>
}

/** The folders of all packages that are published. */
export const publishedPackages = ['core', 'store-postgres', 'store-sqlite', 'adapter-express', 'adapter-fastify', 'testkit'] as const

/** Packs what was built of the package into `destination`. */
export async function packPackage(folder: string, destination: string): Promise<PackedPackage> {
  const cwd = fileURLToPath(new URL(`../../packages/${folder}`, import.meta.url))
  await readFile(join(cwd, 'dist/index.d.ts')).catch(() => {
    throw new Error(`${folder} is not built: "npm run build" builds it.`)
  })
  const { stdout } = await run('pnpm', ['pack', '--json', '--pack-destination', destination], { cwd })
  const { name, filename } = JSON.parse(stdout) as { name: string; filename: string }
  const [files, manifest] = await Promise.all([
    run('tar', ['--list', '--gzip', '--file', filename]),
    run('tar', ['--extract', '--to-stdout', '--gzip', '--file', filename, 'package/package.json']),
  ])
  const names = files.stdout
    .trim()
    .split('\n')
    .map((path) => path.replace('package/', ''))
  return { name, tarball: filename, files: names.toSorted(), manifest: JSON.parse(manifest.stdout) as Record<string, unknown> }
}

const run = promisify(execFile)
