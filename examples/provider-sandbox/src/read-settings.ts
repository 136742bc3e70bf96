import { parseArgs } from 'node:util'
import { assertLedgerOptions, type LedgerOptions, LedgerOptionsError } from '@ebra/testkit/ledger'
import { flagOf, type Setting, settings } from './settings.ts'

/** What the sandbox was asked to be, or everything that is wrong with it. */
export type Settings =
  | { readonly kind: 'options'; readonly options: LedgerOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

/** Reads each setting from its flag, else its variable, else takes its default. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>, argv: readonly string[]): Settings {
  try {
    const { help, ...flags } = parseFlags(argv)
    if (help === true) return { kind: 'help' }
    const texts = settings.map((setting) => ({ setting, text: textOf(setting, flags, environment) })).filter(({ text }) => text !== '')
    const problems = texts.flatMap(({ setting, text }) => problemsOf(setting, text))
    if (problems.length > 0) return { kind: 'problems', problems }
    const options: unknown = texts.map(({ setting, text }) => setting.read(text)).reduce(merged, {})
    assertLedgerOptions(options)
    return { kind: 'options', options }
  } catch (error) {
    return { kind: 'problems', problems: [error instanceof Error ? error.message : String(error)] }
  }
}

type Flags = Readonly<Record<string, string | boolean | undefined>>

function parseFlags(argv: readonly string[]): Flags {
  const options = Object.fromEntries(settings.map((setting) => [flagOf(setting), { type: 'string' }] as const))
  return parseArgs({ args: [...argv], options: { ...options, help: { type: 'boolean' } } }).values
}

function textOf(setting: Setting, flags: Flags, environment: Readonly<Record<string, string | undefined>>): string {
  return String(flags[flagOf(setting)] ?? environment[setting.variable] ?? setting.fallback)
}

function problemsOf({ variable, read }: Setting, text: string): readonly string[] {
  try {
    assertLedgerOptions(read(text))
    return []
  } catch (error) {
    if (!(error instanceof LedgerOptionsError)) throw error
    return error.problems.map((problem) => `${variable}: ${problem}`)
  }
}

/** Two settings may each hold a part of one group of options. */
function merged(options: object, part: object): object {
  const known = new Map<string, unknown>(Object.entries(options))
  for (const [name, value] of Object.entries(part)) {
    const group = known.get(name)
    known.set(name, isGroup(group) && isGroup(value) ? { ...group, ...value } : value)
  }
  return Object.fromEntries(known)
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
