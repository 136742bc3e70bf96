import type { Route } from '@ebra/core/http'
import type { FastifyInstance, FastifySchema } from 'fastify'
import type { Serve } from './native-routes.ts'

/**
 * Adds what Fastify's router leaves out: the other methods of our paths (HEAD, and those answered by 405), and parameters longer than it takes, which are nobody's ids. Hidden from
 * documents.
 */
export function addFallbackRoutes(fastify: FastifyInstance, routes: readonly Route[], serve: Serve): void {
  const add = (url: string, methods: readonly string[]) =>
    fastify.route({ method: [...methods], url, schema: hidden, exposeHeadRoute: false, handler: serve })
  const methodsByPath = Map.groupBy(routes, ({ path }) => path)
  for (const [path, routesOfPath] of methodsByPath) {
    const native = routesOfPath.map(({ method }) => method as string)
    add(
      path,
      fastify.supportedMethods.filter((method) => !native.includes(method)),
    )
  }
  for (const prefix of parameterPrefixes(routes)) add(`${prefix}*`, fastify.supportedMethods)
}

/** What comes before the first parameter of a path: `/calls/`. */
function parameterPrefixes(routes: readonly Route[]): ReadonlySet<string> {
  const parametric = routes.filter(({ path }) => path.includes(':'))
  return new Set(parametric.map(({ path }) => path.slice(0, path.indexOf(':'))))
}

/** What @fastify/swagger leaves out. */
const hidden: FastifySchema & { readonly hide: true } = { hide: true }
