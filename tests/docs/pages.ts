import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A page of the documentation. */
export interface Page {
  /** Below the root, with `/`. */
  readonly path: string
  readonly text: string
}

/** A fenced block of a page. */
export interface CodeBlock {
  /** `README.md:31`, the line of its fence. */
  readonly place: string
  /** The word behind the fence: `ts`, `sh`. */
  readonly language: string
  readonly code: string
}

/** Every page that a reader may meet. */
export const pages: readonly Page[] = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .toSorted()
  .map(readPage)

/** One page, by its path below the root. */
export function readPage(path: string): Page {
  return { path, text: readFileSync(join(root, path), 'utf8') }
}

/** The fenced blocks of a page in the language, in order. */
export function codeBlocks({ path, text }: Page, language: string): readonly CodeBlock[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, named]) => named === language)
    .map(({ 2: code = '', index }) => ({ place: `${path}:${lineAt(text, index)}`, language, code }))
}

/** The cells of each row of the first table under the heading, as they are written. `heads` tells it from others by its first column. */
export function tableUnder(page: Page, heading: string, { heads = '.*' } = {}): readonly (readonly string[])[] {
  const [, section = ''] = page.text.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [, rows = ''] = new RegExp(`^\\| *(?:${heads}) *\\|.*\n\\|[- |]+\\|\n((?:\\|.*\n)*)`, 'm').exec(section) ?? []
  return rows.trimEnd().split('\n').map(cellsOf)
}

/** What stands in backticks, in order. */
export function namesIn(text = ''): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** The ids that a link may name behind its `#`: of headings, as GitHub makes them, and of anchors. */
export function anchorsOf({ text }: Page): ReadonlySet<string> {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '')
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slugOf(heading))
  const anchors = [...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)
  return new Set([...headings, ...anchors])
}

function cellsOf(row: string): readonly string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

function slugOf(heading: string): string {
  const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
  return words.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-')
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
