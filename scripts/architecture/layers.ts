import { importsOf } from './imports.ts'
import { type SourceFile, type Violation, violationAt } from './source-file.ts'

/** A part of the source and all that it may import beside itself. */
interface Layer {
  readonly name: string
  /** A file, or a folder with `/` at its end. */
  readonly path: string
  /** Other layers of the same package. */
  readonly layers: readonly string[]
  /** Packages, by their whole specifier; `node:` stands for all of Node's own, `kysely/*` for the package with its sub-paths. */
  readonly packages: readonly string[]
}

/** The shape of the product. Imports point down this table's graph only; what stands in no layer may not exist. */
const layers: readonly Layer[] = [
  { name: 'errors', path: 'packages/core/src/errors.ts', layers: [], packages: [] },
  {
    name: 'domain',
    path: 'packages/core/src/domain/',
    layers: ['errors'],
    // Of Node only what computes: a hash, a comparison.
    packages: ['node:crypto', 'node:util', 'zod', 'libphonenumber-js/*', '@standard-schema/spec'],
  },
  { name: 'ports', path: 'packages/core/src/ports/', layers: ['errors', 'domain'], packages: [] },
  { name: 'providers', path: 'packages/core/src/providers/', layers: ['errors', 'domain', 'ports'], packages: ['node:', 'ky', 'zod'] },
  {
    name: 'orchestrator',
    path: 'packages/core/src/orchestrator/',
    layers: ['errors', 'domain', 'ports'],
    packages: ['node:', 'eventemitter3', 'zod', '@standard-schema/spec'],
  },
  { name: 'http', path: 'packages/core/src/http/', layers: ['errors', 'domain', 'ports', 'orchestrator'], packages: ['node:', 'zod'] },
  { name: 'testing', path: 'packages/core/src/testing/', layers: ['errors', 'domain', 'ports', 'orchestrator'], packages: ['node:'] },
  {
    name: 'index',
    path: 'packages/core/src/index.ts',
    layers: ['errors', 'domain', 'ports', 'providers', 'orchestrator'],
    packages: [],
  },
  { name: 'store-postgres', path: 'packages/store-postgres/src/', layers: [], packages: ['node:', '@ebra/core', 'kysely/*', 'pg'] },
  { name: 'store-sqlite', path: 'packages/store-sqlite/src/', layers: [], packages: ['node:', '@ebra/core', 'kysely/*', 'better-sqlite3'] },
  {
    name: 'adapter-express',
    path: 'packages/adapter-express/src/',
    layers: [],
    packages: ['node:', '@ebra/core', '@ebra/core/http', 'express'],
  },
  {
    name: 'adapter-fastify',
    path: 'packages/adapter-fastify/src/',
    layers: [],
    packages: ['node:', '@ebra/core', '@ebra/core/http', 'fastify'],
  },
  // The witness of every ring knows nothing of whom it watches.
  { name: 'testkit-ledger', path: 'packages/testkit/src/ledger/', layers: [], packages: ['node:'] },
  {
    name: 'testkit',
    path: 'packages/testkit/src/',
    layers: [],
    packages: ['node:', '@ebra/core', '@ebra/core/http', '@ebra/core/testing', 'fast-check', 'pg'],
  },
]

/** Every import that points up, sideways, or past a package's public surface. */
export function findLayerViolations(files: readonly SourceFile[]): readonly Violation[] {
  return files.flatMap((file) => (file.path.startsWith('packages/') ? violationsOfPackage(file) : violationsOfUser(file)))
}

function violationsOfPackage(file: SourceFile): readonly Violation[] {
  const layer = layerOf(file.path)
  if (!layer)
    return [violationAt(file, file.tree, 'stands in no layer: move it into one, or add its layer to scripts/architecture/layers.ts')]
  return importsOf(file).flatMap(({ node, specifier, target }) => {
    const allowed = target === null ? mayImportPackage(layer, specifier) : mayImportFile(layer, target)
    return allowed ? [] : [violationAt(file, node, `${layer.name} may not import "${specifier}"`)]
  })
}

function mayImportFile(layer: Layer, target: string): boolean {
  const other = layerOf(target)
  return other !== undefined && (other === layer || (packageOf(target) === packageOf(layer.path) && layer.layers.includes(other.name)))
}

function mayImportPackage(layer: Layer, specifier: string): boolean {
  return layer.packages.some((allowed) => {
    if (allowed === 'node:') return specifier.startsWith('node:')
    if (!allowed.endsWith('/*')) return specifier === allowed
    return specifier === allowed.slice(0, -2) || specifier.startsWith(allowed.slice(0, -1))
  })
}

/** Examples show what a user can do, and the bench measures what a user gets: they know the packages by their names alone. */
function violationsOfUser(file: SourceFile): readonly Violation[] {
  return importsOf(file)
    .filter(({ target }) => target !== null && packageOf(target) !== packageOf(file.path))
    .map(({ node, specifier }) => violationAt(file, node, `${packageOf(file.path)} may not import "${specifier}": it lies outside`))
}

function layerOf(path: string): Layer | undefined {
  return layers.find((layer) => (layer.path.endsWith('/') ? path.startsWith(layer.path) : path === layer.path))
}

function packageOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}
