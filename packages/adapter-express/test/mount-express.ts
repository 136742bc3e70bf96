import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MountHttp, SuiteMountOptions } from '@ebra/testkit'
import { type ExpressRequest, ebraExpress } from '../src/index.ts'

/** What of an Express application, of either release, a mount needs. */
export interface ExpressApp extends RequestListener {
  use(path: string, ...handlers: ReturnType<typeof ebraExpress>[]): unknown
  get(path: string, handler: (request: ExpressRequest, response: { send(text: string): unknown }) => unknown): unknown
}

/** Mounts the routes in an application of the host’s making. */
export function mountExpress(createApp: () => ExpressApp): MountHttp {
  return async (orchestrator, { prefix, ...options }) => {
    const app = createApp()
    app.use(prefix === '' ? '/' : prefix, ebraExpress(orchestrator, withRequestOf(options)))
    app.get(`${prefix}/host`, (_request, response) => response.send('the host'))
    return listen(app)
  }
}

/** Serves an application on a free port. */
export async function listen(app: RequestListener) {
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { origin: `http://127.0.0.1:${port}`, close }
}

function withRequestOf({ authorize, ...options }: Omit<SuiteMountOptions, 'prefix'>) {
  if (authorize === undefined || authorize === false) return authorize === undefined ? options : { ...options, authorize }
  return {
    ...options,
    authorize: (request: ExpressRequest, wanted: Parameters<typeof authorize>[1]) => authorize(request.headers.authorization, wanted),
  }
}
