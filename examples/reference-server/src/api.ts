import { runService } from './run-service.ts'

// Takes calls and webhooks. Any number of these can run beside any number of workers, on one database.
await runService({ serves: true, dials: false })
