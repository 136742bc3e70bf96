import type { FastifyInstance } from 'fastify'

const mediaTypeForm = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

/** Within this scope no body is parsed, whatever its type: handlers get the stream, and count its bytes themselves. */
export function takeBodiesAsTheyCome(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  // Fastify answers a content type that is none by 415 before any parser, and a QUERY without one by 400. A platform's webhook may never come again, and no path of ours knows QUERY.
  fastify.addHook('onRequest', async (request) => {
    const type = request.headers['content-type']
    const isRefused = type === undefined ? request.method === 'QUERY' : !mediaTypeForm.test(type)
    if (isRefused) request.headers = { 'content-type': 'application/octet-stream' }
  })
}
