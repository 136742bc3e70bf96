import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { openApiDocument, resolveMount } from '../../src/http/index.ts'
import { problems } from '../../src/http/problem.ts'

const { routes } = resolveMount('test', { authorize: false })
const document = openApiDocument(routes, '/voice')
const operations = Object.values(document.paths).flatMap((path) => Object.values(path))

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()

    expect(await validator.validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  test('has one operation for each route, and no operationId twice', () => {
    const ids = operations.map(({ operationId }) => operationId)

    expect(operations).toHaveLength(routes.length)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('refers to nothing that it lacks', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)

    expect(references.length).toBeGreaterThan(50)
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(references))
  })

  test('documents every error with an example of its own, under its own status', () => {
    const documented = operations.flatMap(({ operationId, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.keys(content['application/problem+json']?.examples ?? {}).map((code) => ({ operationId, status: Number(status), code })),
      ),
    )

    for (const { status, code } of documented) expect(problems[code as keyof typeof problems].status).toBe(status)
    const codesOf = (id: string) => documented.filter(({ operationId }) => operationId === id).map(({ code }) => code)
    expect(codesOf('updateCall').toSorted()).toEqual([
      'BODY_TOO_LARGE',
      'BODY_UNREADABLE',
      'CALL_NOT_FOUND',
      'CALL_NOT_PENDING',
      'FORBIDDEN',
      'STORE_UNAVAILABLE',
      'UNAUTHENTICATED',
      'VALIDATION_FAILED',
    ])
    expect(codesOf('checkHealth')).toEqual(['VALIDATION_FAILED', 'STORE_UNAVAILABLE'])
  })

  test('shows bodies that its own routes take', () => {
    for (const { body } of routes) {
      if (body !== null) expect(body.schema.safeParse(body.example)).toMatchObject({ success: true })
    }
  })

  test('speaks of providers only where the mount exposes them', () => {
    const exposed = openApiDocument(resolveMount('test', { authorize: false, exposeProviderOptions: true }).routes, '')
    const bodyOf = ({ paths }: typeof document) => JSON.stringify(paths['/calls']?.['post']?.requestBody)

    expect(bodyOf(document)).not.toContain('providerOptions')
    expect(bodyOf(exposed)).toContain('providerOptions')
    expect(exposed.servers).toEqual([{ url: '/' }])
  })

  test('has only the routes that are mounted', () => {
    const part = openApiDocument(resolveMount('test', { routes: ['health', 'openapi'] }).routes, '')

    expect(Object.keys(part.paths)).toEqual(['/health', '/openapi.json'])
  })
})
