/** What the checker needs to know of a system: where it begins, what can happen next, and what must never be. */
export interface Model<TState> {
  readonly initial: TState
  /** Everything that can happen next, by anybody. A step that changes nothing may be left out. */
  steps(state: TState): Iterable<Step<TState>>
  /** States with one key are one state. */
  keyOf(state: TState): string
  /** The property that this state breaks; null: none. */
  brokenBy(state: TState): string | null
  /** Where the system may come to rest: from everywhere such a state must be within reach. */
  isEnd(state: TState): boolean
}

/** Something that can happen, in words, and what follows. */
export interface Step<TState> {
  readonly name: string
  readonly next: TState
}

/** What was found: how many states there are, and the shortest way to one that breaks a property, if there is any. */
export interface Exploration {
  readonly states: number
  readonly broken: { readonly property: string; readonly trace: readonly string[] } | null
}

/** The property that is asked of every model. */
export const reachesEnd = 'an end is within reach'

/** Visits every state that can be reached, breadth first, so that the way to the first one that breaks a property is the shortest. Throws above `maxStates`. */
export function explore<TState>(model: Model<TState>, maxStates = 1_000_000): Exploration {
  const ways = new Ways()
  let layer = [{ id: ways.found(model.keyOf(model.initial), null, 'it begins'), state: model.initial }]
  while (layer.length > 0) {
    const next: typeof layer = []
    for (const { id, state } of layer) {
      const property = model.brokenBy(state)
      if (property !== null) return { states: ways.count, broken: { property, trace: ways.traceTo(id) } }
      if (model.isEnd(state)) ways.ends.push(id)
      for (const step of model.steps(state)) {
        const known = ways.count
        const reached = ways.found(model.keyOf(step.next), id, step.name)
        if (reached === known) next.push({ id: reached, state: step.next })
      }
    }
    if (ways.count > maxStates) throw new Error(`There are more than ${maxStates} states.`)
    layer = next
  }
  const stuck = ways.withoutEnd()
  return { states: ways.count, broken: stuck === null ? null : { property: reachesEnd, trace: ways.traceTo(stuck) } }
}

/** States by number, in the order in which they were found, and every way from one to another. */
class Ways {
  readonly ends: number[] = []
  readonly #numbers = new Map<string, number>()
  /** How each state was found first. */
  readonly #first: { readonly from: number | null; readonly name: string }[] = []
  readonly #from: number[] = []
  readonly #to: number[] = []

  get count(): number {
    return this.#first.length
  }

  /** The number of a state that was reached; for a new one, the next. */
  found(key: string, from: number | null, name: string): number {
    const known = this.#numbers.get(key)
    const to = known ?? this.count
    if (known === undefined) {
      this.#numbers.set(key, to)
      this.#first.push({ from, name })
    }
    if (from !== null) {
      this.#from.push(from)
      this.#to.push(to)
    }
    return to
  }

  traceTo(state: number): readonly string[] {
    const trace: string[] = []
    for (let at: number | null = state; at !== null; at = this.#first[at]?.from ?? null) trace.unshift(this.#first[at]?.name ?? '')
    return trace
  }

  /** The first state from which no end can be reached: what leads to an end is marked until nothing is new. */
  withoutEnd(): number | null {
    const isMarked = new Uint8Array(this.count)
    for (const end of this.ends) isMarked[end] = 1
    for (let isNew = true; isNew; ) {
      isNew = false
      for (let way = this.#from.length - 1; way >= 0; way--) {
        const from = this.#from[way] ?? 0
        if (isMarked[from] === 1 || isMarked[this.#to[way] ?? 0] !== 1) continue
        isMarked[from] = 1
        isNew = true
      }
    }
    const stuck = isMarked.indexOf(0)
    return stuck === -1 ? null : stuck
  }
}
