import type { RequestListener } from 'node:http'
import { ebraExpress } from '@ebra/adapter-express'
import type { CallOrchestrator } from '@ebra/core'
import express from 'express'
import { authorizeBy } from '../authorize.ts'
import { answerNoRoute } from './no-route.ts'

/** The service as an Express application. */
export function createExpressApp(orchestrator: CallOrchestrator, apiKey: string | null): RequestListener {
  const app = express().disable('x-powered-by')
  app.use(ebraExpress(orchestrator, { authorize: authorizeBy(apiKey) }))
  app.use(answerNoRoute)
  return app
}
