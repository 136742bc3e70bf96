import type { HttpRequest } from './http-records.ts'
import type { Route } from './route.ts'
import { decodeSegment, pathOf } from './target.ts'

/** Where a request belongs: to a route, to a path of ours that knows other methods, or to somebody else (null). */
export type RouteMatch =
  | { readonly kind: 'route'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'wrong-method'; readonly allowed: readonly string[] }

/**
 * Finds the route of a request: literally, segment by segment, in the table's order. A slash too many, or another case, is another path. HEAD is served where GET is,
 * but for webhooks: there it would be taken for one.
 */
export function matchRoute(routes: readonly Route[], request: Pick<HttpRequest, 'method' | 'url'>): RouteMatch | null {
  const segments = pathOf(request).split('/')
  const matches = routes.flatMap((route) => {
    const params = paramsOf(route, segments)
    return params === null ? [] : [{ kind: 'route' as const, route, params }]
  })
  if (matches.length === 0) return null
  const match = matches.find(({ route }) => methodsOf(route).includes(request.method))
  return match ?? { kind: 'wrong-method', allowed: allowedMethods(matches.map(({ route }) => route)) }
}

/** The methods by which a route is reached. */
function methodsOf({ method, group }: Pick<Route, 'method' | 'group'>): readonly string[] {
  return method === 'GET' && group !== 'webhooks' ? ['GET', 'HEAD'] : [method]
}

function allowedMethods(routes: readonly Route[]): readonly string[] {
  return [...new Set(routes.flatMap(methodsOf))].sort()
}

function paramsOf({ path }: Route, segments: readonly string[]): Readonly<Record<string, string>> | null {
  const pattern = path.split('/')
  if (pattern.length !== segments.length) return null
  const params: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (!expected.startsWith(':')) {
      if (segment !== expected) return null
    } else if (segment === '') return null
    else params[expected.slice(1)] = decodeSegment(segment)
  }
  return params
}
