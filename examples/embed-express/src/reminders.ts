import { CallOrchestrator, type OrchestratorOptions } from '@ebra/core'
import * as z from 'zod'
import { orders } from './orders.ts'

/** What a call carries for the shop: checked wherever a call is enqueued, typed wherever one comes back. */
const reminder = z.object({ orderId: z.number() })

/** Calls that remind of orders. */
export type Reminders = CallOrchestrator<z.infer<typeof reminder>>

/** Reminds by phone, and notes in the order what became of it. */
export function createReminders(options: Pick<OrchestratorOptions<object>, 'store' | 'provider' | 'publicUrl'>): Reminders {
  const reminders = new CallOrchestrator({ ...options, metadata: reminder, concurrency: 5, retry: { maxAttempts: 2, baseDelayMs: 200 } })
  reminders.on('call.completed', ({ call }) => note(call.metadata.orderId, 'by a call'))
  reminders.on('call.failed', ({ call }) => note(call.metadata.orderId, 'in vain'))
  reminders.on('error', ({ error }) => console.error(error))
  return reminders
}

function note(orderId: number, reminded: 'by a call' | 'in vain'): void {
  const order = orders.get(orderId)
  if (order !== undefined) order.reminded = reminded
}
