import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namesIn, readPage, root, tableUnder } from './pages.ts'

test('the page of operations has every variable of .env.example, with the same default', () => {
  const rows = tableUnder(readPage('docs/operations.md'), 'The reference server').map(([name, byDefault]) => {
    return [namesIn(name)[0], namesIn(byDefault)[0] ?? '']
  })
  const example = readFileSync(join(root, '.env.example'), 'utf8')
  const variables = [...example.matchAll(/^# ([A-Z_]+)=(\S*)$/gm)].map(([, name, value = '']) => [name, withoutExample(value)])

  expect(withoutAddress(rows)).toEqual(withoutAddress(variables))
})

test('the page of the providers tells of the magic numbers what the simulator tells', () => {
  const source = readFileSync(join(root, 'packages/core/src/providers/simulated-provider.ts'), 'utf8')
  const told = source.match(/^ \* \| `…\d{4}` \|.*\|$/gm)?.map((line) => line.slice(' * '.length))
  const rows = tableUnder(readPage('docs/providers.md'), 'Magic numbers').map((cells) => `| ${cells.join(' | ')} |`)

  expect(rows).toEqual(told)
})

/** An address with a password in it is an example of one. */
function withoutExample(value: string): string {
  return value.includes('://') ? '' : value
}

/** Its default is made of another variable. */
function withoutAddress(rows: readonly (readonly (string | undefined)[])[]) {
  return Object.fromEntries(rows.filter(([name]) => name !== 'PUBLIC_BASE_URL'))
}
