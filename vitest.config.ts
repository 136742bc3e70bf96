import { readdirSync } from 'node:fs'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// Tests run on the source of every package, not on what was built of it.
const conditions = ['@ebra/source', ...defaultServerConditions]

export default defineConfig({
  test: {
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
    test: { name, root, include: ['**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
  }
}
