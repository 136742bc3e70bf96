import type { EventKey, ParkedEvent, ProviderEvent } from '@ebra/core'

let eventsBuilt = 0

/** A parked event of the provider `sim`, like any other but for `differences`. */
export function anEvent(differences: Partial<ProviderEvent> = {}, provider = 'sim'): ParkedEvent {
  eventsBuilt += 1
  return { provider, event: { eventId: `e-${eventsBuilt}`, at: null, state: { kind: 'live', phase: 'ringing' }, ...differences } }
}

/** The name of a parked event. */
export function keyOf({ provider, event }: ParkedEvent): EventKey {
  return { provider, eventId: event.eventId }
}
