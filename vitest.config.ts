import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// Tests run on the source of every package, not on what was built of it.
const conditions = ['@ebra/source', ...defaultServerConditions]

// What needs more than npm can install runs in a soak only.
const include = process.env['EBRA_SOAK'] !== undefined ? ['**/*.test.ts', '**/*.soak.ts'] : ['**/*.test.ts']

export default defineConfig({
  test: {
    // Many tests wait for processes and timers more than they compute: two files at a time pay even on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    globalSetup: './packages/testkit/src/postgres/setup.ts',
    projects: [
      ...workspaceProjects('packages'),
      ...workspaceProjects('examples'),
      project('bench', 'bench'),
      project('repository', 'tests'),
    ],
  },
})

function workspaceProjects(folder: 'packages' | 'examples') {
  return readdirSync(new URL(folder, import.meta.url)).map((name) => project(name, `${folder}/${name}`))
}

function project(name: string, root: string) {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: { name, root, include, testTimeout: 120_000, hookTimeout: 120_000 },
  }
}
