import type { Fact } from '../../src/domain/facts.ts'
import { factFromPlace, factFromState } from '../../src/orchestrator/event-fact.ts'

/** What can become known of an attempt: the answer to a dial (`yes`, `no`, `silence`), what the platform says by event or look-up (`waits`, `rings`, `over`, `refused`, `absent`), and what we conclude. */
export type News =
  | 'yes'
  | 'no'
  | 'silence'
  | 'waits'
  | 'rings'
  | 'over'
  | 'refused'
  | 'absent'
  | 'not-sent'
  | 'lost'
  | 'resolved: over'
  | 'resolved: not rang'

/** The fact by which the code speaks of it. `lastSignAt` matters to `lost` alone. */
export function factOf(news: News, lastSignAt: Date): Fact {
  const ids = { providerCallId: null, aliases: [] }
  switch (news) {
    case 'yes':
      return factFromPlace({ kind: 'accepted', ...ids })
    case 'no':
      return factFromPlace(throttled)
    case 'silence':
      return factFromPlace({ kind: 'unknown', message: 'It was not answered.' })
    case 'waits':
      return factFromState({ kind: 'live', phase: 'queued' }, ids, null)
    case 'rings':
      return factFromState({ kind: 'live', phase: 'ringing' }, ids, null)
    case 'over':
      return factFromState({ kind: 'ended', outcome: 'no-answer' }, ids, null)
    case 'refused':
      return factFromState({ kind: 'refused', refusal: throttled }, ids, null)
    case 'absent':
      return { kind: 'absent' }
    case 'not-sent':
      return { kind: 'not-sent', message: 'It was too late to send.', retryInMs: 0 }
    case 'lost':
      return { kind: 'lost', message: 'Nothing was heard of it.', lastSignAt }
    case 'resolved: over':
      return { kind: 'resolved', verdict: { ended: 'completed' } }
    case 'resolved: not rang':
      return { kind: 'resolved', verdict: 'not-rang' }
  }
}

const throttled = { kind: 'throttled', code: '429', message: 'Too many.' } as const
