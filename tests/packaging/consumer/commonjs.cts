import core = require('@ebra/core')
import http = require('@ebra/core/http')
import sqlite = require('@ebra/store-sqlite')

const store = new sqlite.SqliteStore({ file: ':memory:' })
const options: core.OrchestratorOptions = { store, provider: new core.SimulatedProvider(), concurrency: 1 }
http.toFetchHandler(new core.CallOrchestrator(options), { authorize: false })
