import { once } from 'node:events'
import { createServer } from 'node:http'
import { ebraExpress } from '@ebra/adapter-express'
import { ebraFastify } from '@ebra/adapter-fastify'
import type { CallOrchestrator } from '@ebra/core'
import express from 'express'
import fastify from 'fastify'
import type { ApiSettings } from './api-settings.ts'
import { orchestratorOf, type WorkerMessage } from './worker-settings.ts'

// Serves the API, and never dials. Its one argument is its settings as JSON. It ends with its parent.
const { adapter, port, ...settings } = JSON.parse(process.argv[2] ?? '') as ApiSettings
const orchestrator = orchestratorOf(settings)
orchestrator.on('error', ({ error }) => process.stderr.write(`${error.stack}\n`))
process.once('disconnect', () => process.exit())
await (adapter === 'Express' ? serveByExpress(orchestrator) : serveByFastify(orchestrator))
process.send?.({ kind: 'started' } satisfies WorkerMessage)

async function serveByExpress(served: CallOrchestrator): Promise<void> {
  const app = express().use(ebraExpress(served, { authorize: false }))
  await once(createServer(app).listen(port, '127.0.0.1'), 'listening')
}

async function serveByFastify(served: CallOrchestrator): Promise<void> {
  const app = fastify()
  await app.register(ebraFastify, { orchestrator: served, authorize: false })
  await app.listen({ host: '127.0.0.1', port })
}
