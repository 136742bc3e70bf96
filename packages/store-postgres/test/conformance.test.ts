import { describeStore } from '@ebra/testkit'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { Schemas } from './schemas.ts'

const schemas = new Schemas()
beforeAll(() => schemas.open())
afterAll(() => schemas.close())

describeStore({ name: 'PostgresStore', runner: { describe, it }, createStore: async () => schemas.createStore() })
