import { SqliteStore } from '@ebra/store-sqlite'
import { describeHttp } from '@ebra/testkit'
import express from 'express'
import express4 from 'express4'
import { describe, it } from 'vitest'
import { mountExpress } from './mount-express.ts'

const common = {
  runner: { describe, it },
  createStore: async () => ({ store: new SqliteStore({ file: ':memory:' }), cleanup: async () => {} }),
}

describeHttp({ ...common, name: 'ebraExpress in Express 5', mount: mountExpress(() => express()) })
describeHttp({ ...common, name: 'ebraExpress in Express 4', mount: mountExpress(() => express4()) })
