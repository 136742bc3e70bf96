import type { AttemptStatus } from '../../src/domain/attempt.ts'
import type { LocatedAttempt } from '../../src/domain/attempt-write.ts'
import type { Fact } from '../../src/domain/facts.ts'
import { transition } from '../../src/domain/transition.ts'
import { reachesEnd } from './explore.ts'
import { asBuilt, type Protocol } from './protocol.ts'
import type { Settings } from './settings.ts'
import type { Property } from './world.ts'
import { platforms } from './worlds.ts'

const oneRing = 'a number rings at most once'
const onePhone = 'no number rings before the one before it is over, proved absent, or given up by the host'

/** A protocol that decides one thing otherwise, and a platform on which a property is broken by it. */
export interface Mutant {
  readonly settings: Settings
  readonly protocol: Protocol
  readonly breaks: Property | typeof reachesEnd
}

/** Each is a plausible way to build it. Those that break a property of rings call somebody twice. */
export const mutants: Readonly<Record<string, Mutant>> = {
  'retries what timed out': mutant('blind', onePhone, { transition: (record, fact, rules) => transition(record, failedFor(fact), rules) }),
  'believes an absence at once': mutant('finds', onePhone, { isAbsenceProof: () => true }),
  'counts an absence from the send deadline': mutant('finds', onePhone, {
    isAbsenceProof: (attempt, settings) => asBuilt.isAbsenceProof({ ...attempt, answerBy: attempt.sendBy }, settings),
  }),
  'believes an absence while the key may still be sent again': mutant('recognises and finds', onePhone, {
    isAbsenceProof: (attempt, settings) => asBuilt.isAbsenceProof(attempt, { ...settings, window: null }),
  }),
  'uses a number again after a put-back': mutant('finds', oneRing, {
    nextNumber: (attempts) => (attempts.at(-1)?.fields.putBack ? attempts.length : attempts.length + 1),
  }),
  'writes whatever the revision is by now': mutant('blind', onePhone, { isFenced: false }),
  'does not look at the window again when it repeats': mutant('recognises', oneRing, { looksAgainAtTheSend: false }),
  'repeats where no key is recognised': mutant('blind', oneRing, { isRepeatable: () => true }),
  'believes a late refusal of the first request beside a repeat': mutant('recognises', onePhone, { transition: unmindful('refused') }),
  'believes it once the repeat was accepted': mutant('recognises', onePhone, { transition: unmindful('refused', 'LIVE') }),
  'believes that nothing was sent, beside a repeat': mutant('recognises', onePhone, { transition: unmindful('not-sent') }),
  'sends after its deadline': mutant('finds', onePhone, { isSendable: () => true }),
  'dials a claim of which it heard no COMMIT': mutant('blind', oneRing, { dialsUnansweredClaims: true }),
  'frees the slot of what timed out': mutant('blind', 'what may ring holds its slot until its end is known, or the host gave it up', {
    transition: (record, fact, rules) => transition(record, lostFor(record, fact), rules),
  }),
  'never doubts a silent dial': mutant('blind', reachesEnd, {
    transition: (record, fact, rules) =>
      fact.kind === 'unanswered' ? { kind: 'ignored', reason: 'none' } : transition(record, fact, rules),
  }),
}

function mutant(platform: keyof typeof platforms, breaks: Mutant['breaks'], otherwise: Partial<Protocol>): Mutant {
  return { settings: platforms[platform], breaks, protocol: { ...asBuilt, ...otherwise } }
}

function failedFor(fact: Fact): Fact {
  return fact.kind === 'unanswered' ? { kind: 'ended', outcome: 'failed', details: {}, providerCallId: null, aliases: [] } : fact
}

function lostFor({ attempt: { lastSignAt } }: LocatedAttempt, fact: Fact): Fact {
  return fact.kind === 'unanswered' ? { kind: 'lost', message: fact.message, lastSignAt } : fact
}

/** Decides one kind of fact, of an attempt in this status or in any, as if nobody ever repeated a dial. */
function unmindful(kind: Fact['kind'], status: AttemptStatus | null = null): typeof transition {
  return (record, fact, rules) => {
    const isMeant = fact.kind === kind && (status === null || record.attempt.status === status)
    return transition(record, fact, isMeant ? { ...rules, isRepeated: false } : rules)
  }
}
