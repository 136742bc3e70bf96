import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const conditions = ['@ebra/source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [...workspaceProjects('packages'), ...workspaceProjects('examples'), project('repository', 'tests')],
  },
})

function workspaceProjects(folder: 'packages' | 'examples') {
  return readdirSync(new URL(folder, import.meta.url)).map((name) => project(name, `${folder}/${name}`))
}

function project(name: string, root: string) {
  const include = root === 'tests' ? ['**/*.test.ts'] : ['test/**/*.test.ts']
  return { extends: true, test: { name, root, include } } as const
}
