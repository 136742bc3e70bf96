import { type Promised, promises, security } from './promises.ts'

/** A figure that a soak kept: see tests/promises/results.ts. */
export interface Figure {
  readonly row: number | 'security'
  readonly promise: string
  readonly n: number
  readonly result: string
  readonly seed: number
  readonly commit: string
  readonly date: string
}

const begin = '<!-- made by scripts/guarantees.ts from tests/promises/results -->'
const end = '<!-- end -->'

/** The page with its tables as promises and figures are now. Throws where the page has no place for them. */
export function withGuarantees(page: string, figures: readonly Figure[]): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`The page lacks "${begin}" or "${end}".`)
  return [
    before,
    begin,
    '\n\n',
    ...promises.map((promised, index) => section(index + 1, promised, figures)),
    section('security', security, figures),
    end,
    after,
  ].join('')
}

function section(row: Figure['row'], { failure, promise, shownBy }: Promised, figures: readonly Figure[]): string {
  // Nobody can tell a worker that was killed before its dial from one that was killed in it.
  const own = figures.filter((figure) => figure.row === (row === 1 ? 2 : row))
  const links = shownBy.map((file) => `[${file.split('/').at(-1)}](../${file})`).join(', ')
  const heading = row === 'security' ? failure : `${row}. ${failure}`
  return [`### ${heading}`, '', promise, '', `Shown by ${links}.`, '', own.length > 0 ? table(own) : noFigures, '', ''].join('\n')
}

const noFigures = 'No figures are kept yet: `npm test` shows it in a small size, `npm run test:soak` in the full one.'

function table(figures: readonly Figure[]): string {
  const lines = figures.map(({ promise, n, result, commit, date }) => `| ${promise} | ${grouped(n)} | ${result} | ${commit}, ${date} |`)
  return ['| what was done | n | result | commit, date |', '|---|---:|---|---|', ...lines].join('\n')
}

/** Thousands apart, as in all tables of the project. */
function grouped(n: number): string {
  return String(n).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ' ')
}
