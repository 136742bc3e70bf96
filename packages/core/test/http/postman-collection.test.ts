import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resolveMount } from '../../src/http/index.ts'
import { matchRoute } from '../../src/http/match-route.ts'

interface Item {
  readonly name: string
  readonly item?: readonly Item[]
  readonly event?: readonly { readonly listen: string; readonly script: { readonly exec: readonly string[] } }[]
  readonly request?: { readonly method: string; readonly url: { readonly raw: string } }
}

const { routes } = resolveMount('test', { authorize: false })
const collection: Item = JSON.parse(readFileSync(new URL('../../../../postman_collection.json', import.meta.url), 'utf8'))
const requests = leavesOf(collection)

test('the Postman collection covers every route', () => {
  const covered = requests.map(({ request }) => {
    const match = matchRoute(routes, { method: request?.method ?? '', url: request?.url.raw.replace('{{baseUrl}}', '') ?? '' })
    return match?.kind === 'route' ? match.route : null
  })

  expect(routes.filter((route) => !covered.includes(route)).map(({ method, path }) => `${method} ${path}`)).toEqual([])
})

test('every request of the Postman collection asserts something', () => {
  for (const { name, event = [] } of requests) {
    const tests = event.filter(({ listen }) => listen === 'test').flatMap(({ script }) => script.exec)
    expect(tests.join('\n'), name).toMatch(/pm\.expect|pm\.response\.to/)
  }
})

function leavesOf(item: Item): readonly Item[] {
  return item.item?.flatMap(leavesOf) ?? [item]
}
