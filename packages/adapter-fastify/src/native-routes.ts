import { type Route, routeSchemas } from '@ebra/core/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Answers a request of this plugin. */
export type Serve = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Adds every route under its own method and path, with the schemas that describe it. They only describe: one validator, the same for every framework, speaks in problem details. */
export function addNativeRoutes(fastify: FastifyInstance, routes: readonly Route[], serve: Serve): void {
  for (const route of routes) {
    fastify.route({
      method: route.method,
      url: route.path,
      schema: routeSchemas(route),
      exposeHeadRoute: false,
      validatorCompiler: () => () => true,
      serializerCompiler: () => JSON.stringify,
      handler: serve,
    })
  }
}
