import type { RequestListener } from 'node:http'
import { ebraFastify } from '@ebra/adapter-fastify'
import type { CallOrchestrator } from '@ebra/core'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { authorizeBy } from '../authorize.ts'
import { answerNoRoute } from './no-route.ts'

/** The service as a Fastify application. */
export async function createFastifyApp(orchestrator: CallOrchestrator, apiKey: string | null): Promise<RequestListener> {
  const app = fastify({ frameworkErrors: (_error, request, reply) => noRoute(request, reply) })
  await app.register(ebraFastify, { orchestrator, authorize: authorizeBy(apiKey) })
  app.setNotFoundHandler(noRoute)
  // The routes answer their own errors. What fails beside them, a body that is no JSON, was for a path that is nobody's.
  app.setErrorHandler((_error, request, reply) => noRoute(request, reply))
  await app.ready()
  return (request, response) => app.routing(request, response)
}

function noRoute(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  answerNoRoute(request.raw, reply.raw)
}
