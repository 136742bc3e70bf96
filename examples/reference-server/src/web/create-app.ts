import type { RequestListener } from 'node:http'
import type { CallOrchestrator } from '@ebra/core'
import type { Settings } from '../settings.ts'

/** The service in the framework of your choice; only that one is loaded. */
export async function createApp(orchestrator: CallOrchestrator, { httpAdapter, apiKey }: Settings): Promise<RequestListener> {
  if (httpAdapter === 'fastify') {
    const { createFastifyApp } = await import('./create-fastify-app.ts')
    return createFastifyApp(orchestrator, apiKey)
  }
  const { createExpressApp } = await import('./create-express-app.ts')
  return createExpressApp(orchestrator, apiKey)
}
