import { describeStore } from '@ebra/testkit'
import { describe, it } from 'vitest'
import { storeOnItsOwn } from './databases.ts'

describeStore({ name: 'PostgresStore', runner: { describe, it }, createStore: storeOnItsOwn })
