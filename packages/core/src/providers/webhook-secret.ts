import { ConfigurationError } from '../errors.ts'

const prefix = 'whsec_'
const minBytes = 24
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const advice = "Make one with: node -p \"'whsec_' + require('node:crypto').randomBytes(32).toString('base64')\""

/**
 * The key that a `whsec_…` secret stands for: padded base64 of at least 24 bytes. Other forms are refused rather than guessed, since the two
 * sides of a signature would guess differently. The error calls the secret by `name` and never shows it.
 */
export function keyFromSecret(secret: string, name = 'secret'): Uint8Array {
  if (typeof secret !== 'string' || !secret.startsWith(prefix)) {
    throw new ConfigurationError(`${name} must start with "${prefix}". ${advice}`)
  }
  const encoded = secret.slice(prefix.length)
  if (!base64.test(encoded)) {
    throw new ConfigurationError(`${name} must be "${prefix}" followed by padded base64. ${advice}`)
  }
  const key = Buffer.from(encoded, 'base64')
  if (key.length < minBytes) {
    throw new ConfigurationError(`${name} must hold at least ${minBytes} bytes, it holds ${key.length}. ${advice}`)
  }
  return key
}

/** The keys of the option `webhookSecrets`: `false` where the host said so in so many words, and never an empty list. */
export function keysFromSecrets(where: string, secrets: readonly string[] | false | undefined): readonly Uint8Array[] | false {
  if (secrets === false) return false
  if (!Array.isArray(secrets) || secrets.length === 0) {
    throw new ConfigurationError(
      `${where}: webhookSecrets must be a list of "${prefix}…" secrets, or false to believe unsigned webhooks; it is ${describe(secrets)}. ${advice}`,
    )
  }
  return secrets.map((secret, index) => keyFromSecret(secret, `${where}: webhookSecrets[${index}]`))
}

function describe(secrets: unknown): string {
  return Array.isArray(secrets) ? 'an empty list' : secrets === undefined ? 'missing' : `a ${typeof secrets}`
}
