import type { FactKind } from '../../packages/core/src/domain/facts.ts'
import { lifecycle, type Standing } from '../../packages/core/src/domain/lifecycle.ts'

/** One fact, and where it can leave an attempt that stood elsewhere. */
export interface Arrow {
  readonly from: Standing
  readonly fact: FactKind
  readonly to: Standing
}

/** Every way from one standing to another, in the order of the table. */
export const arrows: readonly Arrow[] = keysOf(lifecycle).flatMap((from) =>
  keysOf(lifecycle[from]).flatMap((fact) => targetsOf(from, fact).flatMap((to) => (to === from ? [] : [{ from, fact, to }]))),
)

/** The keys of a table, under the names that it gives them. */
export function keysOf<TKey extends string>(table: Readonly<Record<TKey, unknown>>): readonly TKey[] {
  return Object.keys(table) as TKey[]
}

/** `refuse` puts back, unless the refusal is final or the phone rang; `give-up` holds where the host chose so; a verdict may be that it never rang. */
function targetsOf(from: Standing, fact: FactKind): readonly Standing[] {
  switch (lifecycle[from][fact]) {
    case 'place':
    case 'advance':
      return ['LIVE']
    case 'doubt':
      return ['UNCONFIRMED']
    case 'end':
      return fact === 'resolved' ? ['ENDED', 'GUESSED'] : ['ENDED']
    case 'refuse':
      return ['ENDED', 'GUESSED']
    case 'put-back':
    case 'withdraw':
      return ['GUESSED']
    case 'give-up':
      return ['HELD', 'GUESSED']
    case 'revive':
      return fact === 'ended' ? ['ENDED'] : ['LIVE']
    case 'record-id':
    case 'refine':
    case 'note':
    case 'look-later':
    case 'ignore':
      return [from]
  }
}
