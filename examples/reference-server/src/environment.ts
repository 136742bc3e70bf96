import * as z from 'zod'
import { choice, number, secret, secrets, text, truth, webAddress } from './variables.ts'

/** The variables, parsed. `.env.example` at the root of the repository says what each is for. */
export type Environment = z.infer<typeof environment>

/** The environment, or everything that is wrong with it. */
export type EnvironmentReading =
  | { readonly kind: 'environment'; readonly environment: Environment }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

/** Reads the variables. An empty one counts as missing, which is what `API_KEY=` in a file means. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): EnvironmentReading {
  const given = Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])))
  const parsed = environment.safeParse(given)
  const wrong = parsed.error?.issues.map(({ path, message }) => `${path.join('.')} must be ${message}.`) ?? []
  const problems = [...wrong, ...findMissing(given)]
  return parsed.success && problems.length === 0 ? { kind: 'environment', environment: parsed.data } : { kind: 'problems', problems }
}

const token = /^[\x21-\x7e]+$/
const tokenRule = 'visible ASCII characters without spaces'
const webhookSecretRule =
  "\"whsec_\" and at least 24 bytes in base64, or several of these with commas between them; `node -p \"'whsec_' + require('node:crypto').randomBytes(32).toString('base64')\"` makes one"

const environment = z.object({
  PORT: number({ min: 0, max: 65_535, isWhole: true }).default(3_000),
  HTTP_ADAPTER: choice('express', 'fastify').default('express'),
  LOG_LEVEL: choice('debug', 'info', 'warn', 'error').default('info'),
  API_KEY: secret(token, tokenRule).optional(),
  PUBLIC_BASE_URL: webAddress().optional(),

  DATABASE_URL: secret(/^postgres(ql)?:\/\/./, 'like postgres://user:password@host:5432/name').optional(),
  DB_HOST: text().default('localhost'),
  DB_PORT: number({ min: 1, max: 65_535, isWhole: true }).default(5_432),
  DB_USER: text().optional(),
  DB_PASS: text().optional(),
  DB_NAME: text().optional(),
  SQLITE_FILE: text().default('ebra.db'),

  USE_SIMULATOR: truth().default(true),
  PROVIDER_BASE_URL: webAddress().optional(),
  PROVIDER_API_KEY: secret(token, tokenRule).optional(),
  WEBHOOK_SECRET: secrets(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, webhookSecretRule).optional(),

  GLOBAL_CONCURRENCY: number({ min: 1, max: 100_000, isWhole: true }).default(30),
  BASE_RETRY_SECONDS: number({ min: 0, max: 3_600 }).default(30),
  MAX_ATTEMPTS: number({ min: 1, max: 100, isWhole: true }).default(3),
  STALE_INPROG_SECONDS: number({ min: 1, max: 86_400 }).default(900),
})

/** Every variable that is read. */
export const variableNames: readonly string[] = Object.keys(environment.shape)

/** What one variable asks of others. Told together with what is wrong, so that nobody has to start twice to hear of both. */
function findMissing(given: Readonly<Record<string, string>>): readonly string[] {
  const simulates = environment.shape.USE_SIMULATOR.safeParse(given['USE_SIMULATOR'])
  const ofProvider = simulates.data === false ? ['PROVIDER_BASE_URL', 'PROVIDER_API_KEY'] : []
  const ofPostgres = namesPostgres(given) ? ['DB_USER', 'DB_NAME'] : []
  const isMissing = (name: string) => given[name] === undefined
  return [
    ...ofProvider.filter(isMissing).map((name) => `${name} is missing: USE_SIMULATOR=false needs it.`),
    ...ofPostgres
      .filter(isMissing)
      .map((name) => `${name} is missing: Postgres needs it. Without any DB_… variable the calls are kept in SQLITE_FILE.`),
  ]
}

/** Any of the single variables of Postgres stands for all of them. */
function namesPostgres(given: Readonly<Record<string, unknown>>): boolean {
  const names = ['DB_HOST', 'DB_PORT', 'DB_USER', 'DB_PASS', 'DB_NAME']
  return given['DATABASE_URL'] === undefined && names.some((name) => given[name] !== undefined)
}
