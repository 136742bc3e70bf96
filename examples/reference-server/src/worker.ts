import { runService } from './run-service.ts'

// Dials, and listens on no port: the webhooks of its calls go to an API process, wherever that is.
await runService({ serves: false, dials: true })
