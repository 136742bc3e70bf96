import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorsOf, pages, readPage, root } from './pages.ts'

describe('the links of', () => {
  test.each(pages)('$path lead to files and headings that exist', ({ path, text }) => {
    const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '')
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    const local = targets.filter((target) => !/^[a-z]+:/.test(target))

    expect(local.filter((target) => !leadsSomewhere(path, target))).toEqual([])
  })
})

test('the list of decisions has each of them, under a number of its own', () => {
  const files = readdirSync(join(root, 'docs/decisions')).filter((name) => name !== 'README.md')
  const listed = [...readPage('docs/decisions/README.md').text.matchAll(/^\| \[(\d+)\]\(([^)]+)\) \|/gm)]

  expect(listed.map(([, , file]) => file)).toEqual(files.toSorted())
  expect(listed.map(([, number, file]) => file?.startsWith(String(number).padStart(4, '0')))).not.toContain(false)
  expect(new Set(listed.map(([, number]) => number)).size).toBe(files.length)
})

function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(join(root, path))) return false
  return anchor === undefined || (path.endsWith('.md') && anchorsOf(readPage(path)).has(anchor))
}
