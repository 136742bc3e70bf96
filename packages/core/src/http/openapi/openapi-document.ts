import type { Route } from '../route.ts'
import { namedWires } from '../wire/wire-schemas.ts'
import { componentsOf } from './json-schema.ts'
import { operationOf } from './openapi-operation.ts'
import type { OpenApiDocument } from './openapi-types.ts'

/** Of the wire, which changes less often than the packages do. */
const contractVersion = '1.0.0'

/** The OpenAPI 3.1 document of these routes, mounted at `basePath`, as JSON text. */
export function openApiText(routes: readonly Route[], basePath: string): string {
  return JSON.stringify(openApiDocument(routes, basePath))
}

/** The same as an object. */
export function openApiDocument(routes: readonly Route[], basePath: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ebra',
      version: contractVersion,
      summary: 'Places outbound AI phone calls reliably.',
      description:
        'JSON in and out; instants are ISO 8601 in UTC. Errors are problem details (RFC 9457). Keys that are not listed here are refused.',
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    paths: pathsOf(routes),
    components: { schemas: componentsOf(namedWires) },
  }
}

function pathsOf(routes: readonly Route[]): OpenApiDocument['paths'] {
  const byPath = Map.groupBy(routes, ({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'))
  const paths = [...byPath].map(([path, routesOfPath]) => {
    const operations = routesOfPath.map((route) => [route.method.toLowerCase(), operationOf(route)] as const)
    return [path, Object.fromEntries(operations)] as const
  })
  return Object.fromEntries(paths)
}
