import { openApiDocument } from '@ebra/core/http'
import { describe, expect, test } from 'vitest'
import { errorCodes, problemUri } from '../../packages/core/src/errors.ts'
import { problems } from '../../packages/core/src/http/problem.ts'
import { routeTable } from '../../packages/core/src/http/routes/route-table.ts'
import { metricsToText } from '../../packages/core/src/http/wire/metrics-to-text.ts'
import { callPageWire, callWire, metricsWire, problemWire } from '../../packages/core/src/http/wire/wire-schemas.ts'
import { anchorsOf, codeBlocks, namesIn, readPage, tableUnder } from './pages.ts'

describe('the page of the errors', () => {
  const page = readPage('docs/errors.md')

  test('has a paragraph for every code, in their order, and for no other', () => {
    const headings = [...page.text.matchAll(/^## ([A-Z_]+)$/gm)].map(([, code]) => code)

    expect(headings).toEqual(errorCodes)
  })

  test.each(errorCodes)('has the anchor and the status of %s', (code) => {
    const [, line = ''] = page.text.split(`\n## ${code}\n\n`)

    expect(line).toMatch(new RegExp(`^<a id="${problemUri(code).split(':').at(-1)}"></a>.*HTTP ${problems[code].status}\n`))
  })

  test('has the codes that the wire alone knows', () => {
    const rows = tableUnder(page, 'Codes of the wire alone').map(([code, status]) => [...namesIn(code), Number(status)])
    const known: readonly string[] = errorCodes

    expect(rows).toEqual(Object.entries(problems).flatMap(([code, { status }]) => (known.includes(code) ? [] : [[code, status]])))
  })

  test('shows a problem as the wire has it', () => {
    const [example] = codeBlocks(page, 'json')

    expect(problemWire.safeParse(JSON.parse(example?.code ?? '')).error).toBeUndefined()
  })
})

describe('the page of the HTTP API', () => {
  const page = readPage('docs/http-api.md')

  test('has every route with its scope, and no other', () => {
    const rows = tableUnder(page, 'Routes').flatMap(([routes, scope]) =>
      namesIn(routes).map((route) => `${route} ${namesIn(scope)[0] ?? scope}`),
    )
    const served = routeTable({ exposeProviderOptions: true }).map(({ method, path, guard, group }) => {
      return `${method} ${path} ${guard.scope ?? (group === 'webhooks' ? 'signed' : 'open')}`
    })

    expect(rows.toSorted()).toEqual(served.toSorted())
  })

  test('shows a call and a page as the wire has them', () => {
    const [call, list] = codeBlocks(page, 'json').map(({ code }) => JSON.parse(code) as unknown)

    expect(callWire.safeParse(call).error).toBeUndefined()
    expect(Object.keys(call as object)).toEqual(Object.keys(callWire.shape).filter((key) => key !== 'providerOptions'))
    expect(callPageWire.safeParse(list).error).toBeUndefined()
  })

  test('lists the parts of a mount', () => {
    const groups = new Set(routeTable({ exposeProviderOptions: false }).map(({ group }) => group))
    const [, routes = ''] = /^\| `routes` \|(.*)\|$/m.exec(page.text) ?? []

    expect(namesIn(routes).toSorted()).toEqual([...groups].toSorted())
  })

  test('names the version of OpenAPI', () => {
    expect(page.text).toContain(`OpenAPI ${openApiDocument([], '').openapi.replace(/\.0$/, '')}`)
  })
})

describe('the page of operations', () => {
  const rows = tableUnder(readPage('docs/operations.md'), 'Metrics')

  test('has every figure by its name in Prometheus, and no other', () => {
    const text = metricsToText(someMetrics, { isOpenMetrics: false })
    const samples = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)

    expect(rows.flatMap(([name]) => namesIn(name)).map((name) => name.replace(/\{.*/, ''))).toEqual(samples)
  })

  test('has every figure by its name in JSON, and no other', () => {
    const { slots, webhooks, ...others } = metricsWire.shape
    const nested = Object.entries({ slots, webhooks }).flatMap(([name, { shape }]) => Object.keys(shape).map((key) => `${name}.${key}`))

    expect(rows.flatMap(([, name]) => namesIn(name)).toSorted()).toEqual([...Object.keys(others), ...nested].toSorted())
  })
})

test('a link to a code leads to its paragraph', () => {
  const anchors = anchorsOf(readPage('docs/errors.md'))

  expect(errorCodes.map((code) => problemUri(code).replace('urn:ebra:problem:', '')).filter((id) => !anchors.has(id))).toEqual([])
})

const someMetrics: Parameters<typeof metricsToText>[0] = {
  store: {
    calls: { PENDING: 0, IN_PROGRESS: 0, COMPLETED: 0, FAILED: 0, EXPIRED: 0, CANCELED: 0 },
    endedTotal: { COMPLETED: 0, FAILED: 0, EXPIRED: 0, CANCELED: 0 },
    live: 0,
    held: 0,
    unconfirmed: 0,
    parkedWebhooks: 0,
    droppedWebhooks: 0,
    oldestPendingSeconds: null,
  },
  control: { configured: 30, override: null, dialsPerSecond: null, gates: [] },
  revived: 0,
  webhooks: { received: 0, rejected: 0, parked: 0 },
}
