import type { CallOrchestrator, DialRequest, Provider, ProviderEvent } from '@ebra/core'
import { poisonOf } from './poisons.ts'

/** A platform that places calls at once, and tells of their ends in bursts. */
export interface PoisonPlatform extends Provider {
  /** The numbers that were dialed, in order. */
  readonly dialed: readonly string[]
  /** Tells that the calls which it placed since are over, all at once; answers the statuses of the replies, by number. */
  tellEnds(orchestrator: Pick<CallOrchestrator, 'handleWebhook'>): Promise<ReadonlyMap<string, number>>
}

/** A platform on which some calls are poison. */
export function poisonPlatform(): PoisonPlatform {
  const dialed: string[] = []
  let placed: DialRequest[] = []
  return {
    name: 'platform',
    traits: {},
    webhooksUnsigned: true,
    dialed,
    async place(request) {
      dialed.push(request.to)
      const answer = poisonOf(request.to)?.place?.()
      if (answer !== undefined) return answer
      placed.push(request)
      return { kind: 'accepted', providerCallId: `at-platform-${request.attemptId}` }
    },
    webhook({ rawBody }) {
      const { to, attemptId } = JSON.parse(new TextDecoder().decode(rawBody))
      const poison = poisonOf(to)
      const end = endOf(attemptId, poison?.outcome ?? 'completed')
      return { kind: 'events', events: [poison?.readEnd?.(end) ?? end] }
    },
    async tellEnds(orchestrator) {
      const ended = placed
      placed = []
      const replies = ended.map(async ({ to, attemptId }): Promise<[string, number]> => {
        const rawBody = JSON.stringify({ to, attemptId })
        const { status } = await orchestrator.handleWebhook({ method: 'POST', url: '/callbacks/platform', headers: {}, rawBody })
        return [to, status]
      })
      return new Map(await Promise.all(replies))
    },
  }
}

function endOf(attemptId: string, outcome: 'completed' | 'no-answer'): ProviderEvent {
  return { eventId: `end of ${attemptId}`, at: null, attemptId, state: { kind: 'ended', outcome } }
}
