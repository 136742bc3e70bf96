import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PackedPackage, packPackage, publishedPackages } from './packed-package.ts'

describe.each(publishedPackages)('%s, packed', (folder) => {
  const destination = mkdtempSync(join(tmpdir(), 'ebra-packed-'))
  let packed: PackedPackage

  beforeAll(async () => {
    packed = await packPackage(folder, destination)
  })
  afterAll(() => rmSync(destination, { recursive: true }))

  test('holds what was built, its manifest, a readme and the licence, and nothing else', () => {
    const others = packed.files.filter((path) => !/^dist\/[^/]+\.(js|js\.map|d\.ts)$/.test(path))

    expect(others).toEqual(['LICENSE', 'README.md', 'package.json'])
  })

  test('has a manifest that means the same outside of the workspace', () => {
    const text = JSON.stringify({ ...packed.manifest, devDependencies: undefined, publishConfig: undefined })

    expect(text).not.toMatch(/workspace:|catalog:|@ebra\/source|\/src\//)
    expect(packed.manifest).toMatchObject({ name: `@ebra/${folder}`, type: 'module', license: 'MIT', engines: { node: '>=22.12' } })
  })

  test('gives publint nothing to say', async () => {
    const tarball = new Uint8Array(readFileSync(packed.tarball)).buffer
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true })

    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('has types that TypeScript finds wherever Node finds the module', () => {
    const attw = fileURLToPath(new URL('../node_modules/.bin/attw', import.meta.url))
    const { status, stdout, stderr } = spawnSync(attw, [packed.tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'], {
      encoding: 'utf8',
    })

    expect(status, stdout + stderr).toBe(0)
  })
})
