import { lifecycle } from '../../packages/core/src/domain/lifecycle.ts'
import { type Arrow, arrows, keysOf } from './arrows.ts'

const begin = '<!-- made by scripts/lifecycle-diagram.ts from packages/core/src/domain/lifecycle.ts -->'
const end = '<!-- end -->'

/** The page with its diagram and its table as the lifecycle is now. Throws where the page has no place for them. */
export function withLifecycle(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`The page lacks "${begin}" or "${end}".`)
  return [before, begin, '\n\n', diagram(), '\n\n', table(), '\n\n', end, after].join('')
}

function diagram(): string {
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  state "ENDED, by the word of the provider" as ENDED',
    '  state "ENDED, by a guess: lost, or put back" as GUESSED',
    '  [*] --> PLACING: claimed',
    ...Object.values(Object.groupBy(arrows, ({ from, to }) => `${from} ${to}`)).map(arrowLine),
    '```',
  ].join('\n')
}

function arrowLine(same: readonly Arrow[] = []): string {
  const [first] = same
  return `  ${first?.from} --> ${first?.to}: ${same.map(({ fact }) => fact).join(', ')}`
}

function table(): string {
  const standings = keysOf(lifecycle)
  const facts = keysOf(lifecycle.PLACING)
  const rows = facts.map((fact) => [`\`${fact}\``, ...standings.map((standing) => cell(lifecycle[standing][fact]))])
  return [['fact, by standing', ...standings], ['---', ...standings.map(() => '---')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

/** What changes nothing is left to be seen at a glance. */
function cell(move: string): string {
  return move === 'ignore' ? '·' : move
}
