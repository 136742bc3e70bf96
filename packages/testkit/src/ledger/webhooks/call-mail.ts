import type { BookedCall } from '../calls/call-book.ts'
import { eventFacts } from '../calls/call-facts.ts'
import { elapsed } from '../elapsed.ts'
import type { LedgerRules } from '../options.ts'
import type { CallMoment, WebhookPlan } from '../plan/dial-plan.ts'
import type { Webhook, WebhookSender } from './webhook-sender.ts'

/** Tells one call's moments to its callback URL as its plan says: in order, each after the first try of the one before, unless planned otherwise. */
export class CallMail {
  readonly #call: BookedCall
  readonly #rules: LedgerRules
  readonly #sender: WebhookSender
  readonly #closing: AbortSignal
  readonly #held = new Map<CallMoment, Webhook>()
  #sending: Promise<void> = Promise.resolve()

  constructor(call: BookedCall, rules: LedgerRules, sender: WebhookSender, closing: AbortSignal) {
    this.#call = call
    this.#rules = rules
    this.#sender = sender
    this.#closing = closing
  }

  /** Resolves when everything that was told so far has been tried once. */
  get sent(): Promise<void> {
    return this.#sending
  }

  /** The moment has come: its event is made now, whenever it is sent. */
  tell(moment: CallMoment): void {
    const url = this.#call.ring.callbackUrl
    if (url === null) return
    const event = eventFacts(this.#call, moment, this.#rules.webhooks.echo)
    this.#held.set(moment, { url, eventId: event.eventId, body: JSON.stringify(event) })
    if (this.#plan.heldBack && moment !== 'ended') return
    for (const due of this.#plan.told) this.#post(due)
    this.#held.clear()
  }

  get #plan(): WebhookPlan {
    return this.#call.ring.plan.webhooks
  }

  #post(moment: CallMoment): void {
    const webhook = this.#held.get(moment)
    if (webhook === undefined) return
    this.#sending = this.#sending.then(async () => {
      if (moment === 'ended' && !(await elapsed(this.#plan.endDelayMs, this.#closing))) return
      const copies = this.#plan.twice ? [webhook, webhook] : [webhook]
      await Promise.all(copies.map((copy) => this.#sender.send(copy, this.#rules.webhooks)))
    })
  }
}
