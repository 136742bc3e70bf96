import { fileURLToPath } from 'node:url'
import { CallOrchestrator, HttpProvider } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import Fastify, { type FastifyRequest } from 'fastify'
import newman from 'newman'
import { expect, test } from 'vitest'
import { ebraFastify } from '../src/index.ts'

const collection = fileURLToPath(new URL('../../../postman_collection.json', import.meta.url))
const webhookSecret = `whsec_${Buffer.from('the secret of a collection, 32 b').toString('base64')}`

test('the Postman collection passes against a Fastify application', async () => {
  const provider = new HttpProvider({ baseUrl: 'http://platform.invalid', webhookSecrets: [webhookSecret] })
  await using orchestrator = new CallOrchestrator({ store: new SqliteStore({ file: ':memory:' }), provider, concurrency: 1 })
  const app = Fastify()
  const authorize = ({ headers }: FastifyRequest) => headers.authorization === 'Bearer key-1' || ('unauthenticated' as const)
  await app.register(ebraFastify, { prefix: '/voice', orchestrator, authorize })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })

  const { run } = await runCollection({ baseUrl: `${origin}/voice`, apiKey: 'key-1', webhookSecret })
  await app.close()

  expect(run.failures.map(({ source, error }) => `${source?.name}: ${error.message}`)).toEqual([])
  expect(run.stats.assertions.total).toBeGreaterThan(60)
})

function runCollection(variables: Readonly<Record<string, string>>): Promise<newman.NewmanRunSummary> {
  const envVar = Object.entries(variables).map(([key, value]) => ({ key, value }))
  return new Promise((resolve, reject) => {
    newman.run({ collection, envVar, reporters: [] }, (error, summary) => (error ? reject(error) : resolve(summary)))
  })
}
