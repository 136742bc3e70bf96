import { createHttpHandler, type MountOptions, type OrchestratorApi, resolveMount } from '@ebra/core/http'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { addFallbackRoutes } from './fallback-routes.ts'
import { toHttpRequest } from './fastify-request.ts'
import { addNativeRoutes, type Serve } from './native-routes.ts'
import { takeBodiesAsTheyCome } from './raw-bodies.ts'

/** How the routes are mounted in Fastify. */
export interface EbraFastifyOptions extends MountOptions<FastifyRequest> {
  readonly orchestrator: OrchestratorApi
}

/**
 * Serves the routes from a Fastify application, below the plugin's `prefix`.
 *
 * ```ts
 * await app.register(ebraFastify, { prefix: '/voice', orchestrator, authorize })
 * ```
 *
 * Every route is one of Fastify's own and has its JSON Schema, for what collects those (@fastify/swagger). The host's hooks apply to them, its body parsers and validators do not; nothing
 * that the plugin sets up leaves it. A path that is not ours gets the host's own 404. Rejects with a ConfigurationError for options that are wrong.
 */
export const ebraFastify: FastifyPluginAsync<EbraFastifyOptions> = async (fastify, options) => {
  const { orchestrator, ...others } = options
  const mount = resolveMount('ebraFastify', withoutFastifysOwn(others))
  const handle = createHttpHandler(orchestrator, mount)
  const serve: Serve = async (request, reply) => {
    const answer = await handle(toHttpRequest(request, fastify.prefix), request)
    if (answer === null) return reply.callNotFound()
    return reply.code(answer.status).headers(answer.headers).send(answer.body)
  }
  takeBodiesAsTheyCome(fastify)
  addNativeRoutes(fastify, mount.routes, serve)
  addFallbackRoutes(fastify, mount.routes, serve)
}

/** `register` hands its own options to the plugin too. */
function withoutFastifysOwn(options: MountOptions<FastifyRequest>): MountOptions<FastifyRequest> {
  const registerOptions = ['prefix', 'logLevel', 'logSerializers']
  return Object.fromEntries(Object.entries(options).filter(([name]) => !registerOptions.includes(name)))
}
