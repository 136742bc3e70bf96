import { runService } from './run-service.ts'

// Everything in one process: the API, and the worker that dials.
await runService({ serves: true, dials: true })
