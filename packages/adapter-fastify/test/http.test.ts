import { SqliteStore } from '@ebra/store-sqlite'
import { describeHttp } from '@ebra/testkit'
import { describe, it } from 'vitest'
import { mountFastify } from './mount-fastify.ts'

describeHttp({
  name: 'ebraFastify',
  runner: { describe, it },
  createStore: async () => ({ store: new SqliteStore({ file: ':memory:' }), cleanup: async () => {} }),
  mount: mountFastify(),
})
