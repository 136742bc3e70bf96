import { ebraFastify } from '@ebra/adapter-fastify'
import { type CallOrchestrator, isEbraError } from '@ebra/core'
import fastify, { type FastifyInstance } from 'fastify'
import { clinicOf } from './clinics.ts'

/** An appointment as the application's own clients send it. */
interface Appointment {
  readonly phone: string
  readonly at: string
}

const appointment = {
  type: 'object',
  required: ['phone', 'at'],
  properties: { phone: { type: 'string' }, at: { type: 'string' } },
} as const

/** The application for clinics: what was there before, and Ebra's routes under `/voice`. */
export async function createClinics(calls: CallOrchestrator): Promise<FastifyInstance> {
  const app = fastify()

  // In the routes of the application Ebra's errors are told in the application's own way. Branch on their code.
  app.setErrorHandler((error, _request, reply) => {
    if (isEbraError(error, 'VALIDATION_FAILED')) return reply.code(422).send({ error: error.message })
    return reply.send(error)
  })

  // A clinic sees and changes its own calls only: its name is stamped on what it enqueues. The plugin reads bodies in its own way, and leaves the application its parsers.
  await app.register(ebraFastify, {
    prefix: '/voice',
    orchestrator: calls,
    authorize: ({ headers }) => {
      const clinic = clinicOf(headers['x-api-key'])
      return clinic === undefined ? 'unauthenticated' : { tenant: clinic }
    },
  })

  app.post<{ Body: Appointment }>('/appointments', { schema: { body: appointment } }, async ({ headers, body }, reply) => {
    const clinic = clinicOf(headers['x-api-key'])
    if (clinic === undefined) return reply.code(401).send({ error: 'Which clinic are you?' })
    const { call } = await calls.enqueue({
      to: body.phone,
      scriptId: 'confirm-appointment',
      tenant: clinic,
      variables: { at: body.at },
    })
    return reply.code(201).send({ callId: call.id })
  })
  return app
}
