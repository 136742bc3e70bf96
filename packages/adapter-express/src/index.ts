export { type ExpressHandler, ebraExpress } from './ebra-express.ts'
export type { ExpressRequest } from './express-request.ts'
