/** What a claimed attempt stands under, and whether its dial is still unanswered. */
export interface ModelDial {
  readonly attemptId: string
  readonly isPlacing: boolean
}

interface ClosedGate {
  notBeforeMs: number
  probe: ModelDial | null
}

/** The gates that are closed, and the pause. Refusals name their own span, so that nothing doubles. */
export class GateModel {
  readonly #closed = new Map<string, ClosedGate>()
  isPaused = false

  /** The closed gates, by scope, and until when each lets nothing through. */
  closed(): readonly (readonly [string, number])[] {
    return [...this.#closed].map(([scope, { notBeforeMs }]) => [scope, notBeforeMs])
  }

  /** When a call under these scopes may be dialed; null: not before somebody does something. */
  opensAtMs(scopes: readonly string[]): number | null {
    const gates = this.#over(scopes)
    if (this.isPaused || gates.some(({ probe }) => probe?.isPlacing)) return null
    return Math.max(0, ...gates.map(({ notBeforeMs }) => notBeforeMs))
  }

  /** The dial went through the gates above it, and so probes them. */
  pass(scopes: readonly string[], dial: ModelDial): void {
    for (const gate of this.#over(scopes)) gate.probe = dial
  }

  /** Whether it is clear what a refusal of this dial does: that of an older dial, at a gate whose time has come, says nothing new. */
  canRefuse(scope: string, dial: ModelDial, nowMs: number): boolean {
    const gate = this.#closed.get(scope)
    return gate === undefined || gate.notBeforeMs > nowMs || gate.probe?.attemptId === dial.attemptId
  }

  refuse(scope: string, untilMs: number, nowMs: number): void {
    const gate = this.#closed.get(scope)
    if (gate !== undefined && gate.notBeforeMs > nowMs) gate.notBeforeMs = Math.max(gate.notBeforeMs, untilMs)
    else this.#closed.set(scope, { notBeforeMs: untilMs, probe: null })
  }

  /** An accepted probe opens the gates that it probes. */
  accept(scopes: readonly string[], { attemptId }: ModelDial): void {
    for (const scope of scopes) if (this.#closed.get(scope)?.probe?.attemptId === attemptId) this.#closed.delete(scope)
  }

  /** False: there was no such gate. */
  release(scope: string): boolean {
    return this.#closed.delete(scope)
  }

  #over(scopes: readonly string[]): readonly ClosedGate[] {
    return scopes.flatMap((scope) => this.#closed.get(scope) ?? [])
  }
}
