import { defineConfig } from 'tsup'

/** Builds a published package: ESM beside its type declarations. */
export function library(entry: Record<string, string>) {
  return defineConfig({ ...node, entry, dts: true })
}

/** Builds an example: ESM that `node` runs, nobody imports it. */
export function application(entry: Record<string, string>) {
  return defineConfig({ ...node, entry })
}

const node = {
  format: 'esm',
  platform: 'node',
  target: 'node22.12',
  sourcemap: true,
  clean: true,
  silent: true,
} as const
