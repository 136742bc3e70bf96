import { ebraExpress } from '@ebra/adapter-express'
import express, { type Express } from 'express'
import { orders } from './orders.ts'
import type { Reminders } from './reminders.ts'
import { recognize, requireUser, type ShopRequest } from './users.ts'

/** The shop's application: what was there before, and Ebra's routes under `/voice`. */
export function createShop(reminders: Reminders): Express {
  const app = express()
  app.use(recognize)

  // Above the body parser: the signature of a webhook is checked on the bytes that came. Whom the shop knows may look; only its owner may change anything by these routes.
  app.use(
    '/voice',
    ebraExpress<ShopRequest>(reminders, {
      authorize: ({ user }, { scope }) => (user === undefined ? 'unauthenticated' : user.role === 'owner' || scope === 'read'),
    }),
  )

  app.use(express.json())
  app.get('/orders/:id', requireUser, (request, response) => {
    const order = orders.get(Number(request.params['id']))
    if (order === undefined) response.sendStatus(404)
    else response.json(order)
  })
  app.post('/orders/:id/reminder', requireUser, async (request, response) => {
    const order = orders.get(Number(request.params['id']))
    if (order === undefined) return response.sendStatus(404)
    const { call } = await reminders.enqueue({
      to: order.phone,
      scriptId: 'payment-reminder',
      variables: { amount: order.amount },
      metadata: { orderId: order.id },
      // Whoever clicks twice calls once.
      idempotencyKey: `reminder-of-order-${order.id}`,
    })
    return response.status(202).json({ callId: call.id })
  })
  return app
}
