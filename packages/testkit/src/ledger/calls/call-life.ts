import { now } from '../clock.ts'
import { elapsed } from '../elapsed.ts'
import type { CallLife, LedgerContext } from '../ledger-context.ts'
import type { EndStatus } from '../plan/call-status.ts'
import { CallMail } from '../webhooks/call-mail.ts'
import type { BookedCall } from './call-book.ts'

/** Lets a booked call ring, talk and end by its plan, as soon as its ring is on the disk. */
export function startLife(ledger: LedgerContext, call: BookedCall, written: Promise<void>): CallLife {
  const cut = new AbortController()
  const mail = new CallMail(call, ledger.rules, ledger.sender, ledger.closing)
  const ended = written.then(() => live(ledger, call, mail, cut.signal))
  const told = ended.then(() => mail.sent)
  // A journal that fails says so to every request and to close(); here nobody would hear it.
  told.catch(() => undefined)
  const life = { hangUp: () => cut.abort(hungUp), leave: () => cut.abort(left), ended, told }
  ledger.lives.set(call.ring.providerCallId, life)
  return life
}

const hungUp = 'hung up'
const left = 'left'

async function live(ledger: LedgerContext, call: BookedCall, mail: CallMail, cut: AbortSignal): Promise<void> {
  const { providerCallId } = call.ring
  const status = await endOf(call, mail, cut)
  if (status !== null) {
    const at = now()
    // The end is on the disk before anybody hears of it, else a crash would leave a call live that a caller rightly took for ended.
    await ledger.journal.append({ kind: 'end', at, providerCallId, status })
    ledger.book.end(providerCallId, status, at)
    mail.tell('ended')
  }
  ledger.lives.delete(providerCallId)
}

/** Null where the call was left. */
async function endOf(call: BookedCall, mail: CallMail, cut: AbortSignal): Promise<EndStatus | null> {
  const { at, plan } = call.ring
  const { status, ringMs, talkMs } = plan.ending
  mail.tell('ringing')
  if (!(await elapsed(at + ringMs - now(), cut))) return cutShort(cut)
  if (talkMs === null) return status
  call.status = 'IN_PROGRESS'
  call.answeredAt = now()
  mail.tell('answered')
  if (!(await elapsed(at + ringMs + talkMs - now(), cut))) return cutShort(cut)
  return status
}

function cutShort(cut: AbortSignal): EndStatus | null {
  return cut.reason === hungUp ? 'CANCELED' : null
}
