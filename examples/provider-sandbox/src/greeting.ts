import type { LedgerOptions } from '@ebra/testkit/ledger'
import { flagOf, settings } from './settings.ts'

/** What the sandbox says when it listens: where it is, and how to dial through it. */
export function greeting(url: string, { apiKey = 'none', webhookSecret }: LedgerOptions): string {
  const variables = [
    'USE_SIMULATOR=false',
    `PROVIDER_BASE_URL=${url}`,
    `PROVIDER_API_KEY=${apiKey}`,
    ...(webhookSecret === undefined ? [] : [`WEBHOOK_SECRET=${webhookSecret}`]),
  ]
  return [
    `The provider sandbox listens on ${url}. It calls nobody, and answers like a platform that does.`,
    'To dial through it, start the reference server in another terminal:',
    '',
    `  ${variables.join(' ')} npm start`,
    '',
    `What it has seen: curl ${url}/_ledger`,
  ].join('\n')
}

/** Every setting, for the terminal. */
export function help(): string {
  const rows = settings.map((setting) => {
    const names = `--${flagOf(setting)}, ${setting.variable}`
    return `  ${names.padEnd(50)} ${setting.says}${setting.fallback === '' ? '' : ` (${setting.fallback})`}`
  })
  return ['The generic provider protocol as a server of its own. Flags win over variables; defaults in brackets.', '', ...rows].join('\n')
}
