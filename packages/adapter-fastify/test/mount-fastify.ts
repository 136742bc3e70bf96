import type { MountHttp, SuiteMountOptions } from '@ebra/testkit'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { ebraFastify } from '../src/index.ts'

/** Mounts the routes in an application of the host’s making. */
export function mountFastify(createApp: () => FastifyInstance = () => Fastify()): MountHttp {
  return async (orchestrator, { prefix, ...options }) => {
    const app = createApp()
    app.get(`${prefix}/host`, async () => 'the host')
    await app.register(ebraFastify, { prefix, orchestrator, ...withRequestOf(options) })
    return { origin: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() }
  }
}

function withRequestOf({ authorize, ...options }: Omit<SuiteMountOptions, 'prefix'>) {
  if (authorize === undefined || authorize === false) return authorize === undefined ? options : { ...options, authorize }
  return {
    ...options,
    authorize: (request: FastifyRequest, wanted: Parameters<typeof authorize>[1]) => authorize(request.headers.authorization, wanted),
  }
}
