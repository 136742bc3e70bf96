import { fileURLToPath } from 'node:url'
import { CallOrchestrator, HttpProvider } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import express from 'express'
import newman from 'newman'
import { expect, test } from 'vitest'
import { ebraExpress } from '../src/index.ts'
import { listen } from './mount-express.ts'

const collection = fileURLToPath(new URL('../../../postman_collection.json', import.meta.url))
const webhookSecret = `whsec_${Buffer.from('the secret of a collection, 32 b').toString('base64')}`

test('the Postman collection passes against an Express application', async () => {
  const provider = new HttpProvider({ baseUrl: 'http://platform.invalid', webhookSecrets: [webhookSecret] })
  await using orchestrator = new CallOrchestrator({ store: new SqliteStore({ file: ':memory:' }), provider, concurrency: 1 })
  const app = express()
  const authorize = (request: express.Request) => request.get('authorization') === 'Bearer key-1' || ('unauthenticated' as const)
  app.use('/voice', ebraExpress(orchestrator, { authorize }))
  const { origin, close } = await listen(app)

  const { run } = await runCollection({ baseUrl: `${origin}/voice`, apiKey: 'key-1', webhookSecret })
  await close()

  expect(run.failures.map(({ source, error }) => `${source?.name}: ${error.message}`)).toEqual([])
  expect(run.stats.assertions.total).toBeGreaterThan(60)
})

function runCollection(variables: Readonly<Record<string, string>>): Promise<newman.NewmanRunSummary> {
  const envVar = Object.entries(variables).map(([key, value]) => ({ key, value }))
  return new Promise((resolve, reject) => {
    newman.run({ collection, envVar, reporters: [] }, (error, summary) => (error ? reject(error) : resolve(summary)))
  })
}
