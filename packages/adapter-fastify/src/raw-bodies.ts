import type { FastifyInstance } from 'fastify'

const mediaTypeForm = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

/** Within this scope no body is parsed, whatever its type: handlers get the stream, and count its bytes themselves. */
export function takeBodiesAsTheyCome(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  // Fastify answers a content type that is none by 415 before any parser. A platform's webhook may never come again.
  fastify.addHook('onRequest', async (request) => {
    const type = request.headers['content-type']
    if (type !== undefined && !mediaTypeForm.test(type)) request.headers = { 'content-type': 'application/octet-stream' }
  })
}
