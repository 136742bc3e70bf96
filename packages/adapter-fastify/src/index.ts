export { type EbraFastifyOptions, ebraFastify } from './ebra-fastify.ts'
