import type { AddressInfo } from 'node:net'
import { SqliteStore } from '@ebra/store-sqlite'
import { describeHttp, type MountHttp } from '@ebra/testkit'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, it } from 'vitest'
import { toFetchHandler } from '../../src/http/index.ts'

const mount: MountHttp = async (orchestrator, { prefix, authorize, ...options }) => {
  const app = new Hono()
  const handler = toFetchHandler(orchestrator, {
    ...options,
    basePath: prefix,
    ...(authorize !== undefined && {
      authorize: authorize && ((request, wanted) => authorize(request.headers.get('authorization') ?? undefined, wanted)),
    }),
  })
  app.get(`${prefix}/host`, (context) => context.text('the host'))
  app.all(`${prefix}/*`, (context) => handler(context.req.raw))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { origin: `http://127.0.0.1:${port}`, close }
}

describeHttp({
  name: 'toFetchHandler in Hono',
  runner: { describe, it },
  createStore: async () => ({ store: new SqliteStore({ file: ':memory:' }), cleanup: async () => {} }),
  mount,
})
