/** One thing about the sandbox that its user may choose. */
export interface Setting {
  /** In the environment; `PORT` and `SANDBOX_RING_MS` are `--port` and `--ring-ms` on the command line. */
  readonly variable: string
  readonly says: string
  /** What holds where neither names it. Empty: the option is left out. */
  readonly fallback: string
  /** The part of the ledger's options that a text stands for, unchecked. */
  readonly read: (text: string) => object
}

/** A secret for webhooks that everybody may know: nothing in the sandbox is worth a forged one. */
const openSecret = `whsec_${Buffer.from('a secret known to everybody').toString('base64')}`

/** Everything that can be chosen. */
export const settings: readonly Setting[] = [
  setting('PORT', '4010', 'Where it listens', (text) => ({ port: number(text) })),
  setting('SANDBOX_HOST', '127.0.0.1', 'The address it listens on', (text) => ({ host: text })),
  setting('SANDBOX_API_KEY', 'sandbox', 'The key it demands; empty: none', (text) => ({ apiKey: text })),
  setting('SANDBOX_WEBHOOK_SECRET', openSecret, 'Signs the webhooks; empty: unsigned', (text) => ({ webhookSecret: text })),
  setting('SANDBOX_FILE', '', 'A file in which its calls outlive it; empty: none', (text) => ({ file: text })),
  setting('SANDBOX_SEED', 'sandbox', 'The same seed treats the same attempts alike', (text) => ({ seed: text })),
  setting('SANDBOX_RING_MS', '500-2000', 'How long phones ring', (text) => ({ ringMs: span(text) })),
  setting('SANDBOX_DURATION_MS', '2000-8000', 'How long people talk', (text) => ({ durationMs: span(text) })),
  setting('SANDBOX_OUTCOMES', 'COMPLETED=70,NO_ANSWER=12,BUSY=8,VOICEMAIL=6,FAILED=4', 'Weights of how calls end', (text) => ({
    outcomes: numbers(text),
  })),
  setting('SANDBOX_MAGIC_NUMBERS', 'true', 'Whether …0001 to …0009 are magic', (text) => ({ magicNumbers: truth(text) })),
  setting('SANDBOX_MAX_CONCURRENT', '', 'Live calls beyond which it answers 429; empty: any number', (text) => ({
    maxConcurrent: number(text),
  })),
  setting('SANDBOX_DEDUPE', 'true', 'Whether it recognises an Idempotency-Key', (text) => ({ dedupe: truth(text) })),
  setting('SANDBOX_MODE', 'normal', 'How it treats every dial request', (text) => ({ mode: text })),
  setting('SANDBOX_FAULTS', '', 'Shares of dial requests that it treats otherwise', (text) => ({ faults: numbers(text) })),
  setting('SANDBOX_RETRY_AFTER_SEC', '', 'Sent with a 429; empty: not sent', (text) => ({ retryAfterSec: number(text) })),
  setting('SANDBOX_WEBHOOKS', '', 'Shares of calls whose webhooks misbehave', (text) => ({ webhooks: numbers(text) })),
  setting('SANDBOX_ECHO', 'all', 'Which ids its webhooks repeat', (text) => ({ webhooks: { echo: text } })),
  setting('SANDBOX_LOOKUPS', 'get,find,cancel', 'What it answers about its calls', (text) => ({ lookups: lookups(text) })),
]

/** The flag that stands for a variable. */
export function flagOf({ variable }: Setting): string {
  return variable.replace('SANDBOX_', '').toLowerCase().replaceAll('_', '-')
}

function setting(variable: string, fallback: string, says: string, read: Setting['read']): Setting {
  return { variable, says, fallback, read }
}

/** A text that is no number stays one, so that the complaint can show it. */
function number(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

function truth(text: string): boolean | string {
  return text === 'true' || (text === 'false' ? false : text)
}

/** `500-900`, or `500`. */
function span(text: string): unknown {
  const parts = text.split('-').map(number)
  return parts.length === 1 ? parts[0] : parts
}

/** `twice=0.1,late=0.2`. */
function numbers(text: string): object {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', value = ''] = pair.split('=')
      return [name.trim(), number(value)]
    }),
  )
}

/** `get,find`, and none of the others. */
function lookups(text: string): object {
  const none = { get: false, find: false, cancel: false }
  return { ...none, ...Object.fromEntries(text.split(',').map((name) => [name.trim(), true])) }
}
