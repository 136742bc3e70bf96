import type { NewCall } from '@ebra/core'

let callsBuilt = 0

/** A call like any other, but for `differences`. Each has an id above those built before it, and a number of its own, so that none waits for another. */
export function aCall(differences: Partial<NewCall> = {}): NewCall {
  callsBuilt += 1
  return {
    id: `01900000-0000-7000-8000-${callsBuilt.toString(16).padStart(12, '0')}`,
    tenant: null,
    to: `+1202${callsBuilt.toString().padStart(7, '0')}`,
    from: null,
    scriptId: 'welcome',
    variables: {},
    metadata: {},
    provider: null,
    providerOptions: {},
    priority: 0,
    exclusive: true,
    maxAttempts: 3,
    retryOf: null,
    scheduledAt: null,
    expiresAt: null,
    idempotency: null,
    ...differences,
  }
}

/** As many calls as asked for, alike but for their ids and, unless `differences` names one, their numbers. */
export function someCalls(count: number, differences: Partial<NewCall> = {}): readonly NewCall[] {
  return Array.from({ length: count }, () => aCall(differences))
}

/** An idempotency key, borne by the input that `fingerprint` stands for. */
export function key(name: string, fingerprint = 'the same input'): NewCall['idempotency'] {
  return { key: name, fingerprint }
}
