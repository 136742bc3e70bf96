import { fingerprintOf } from '../../domain/fingerprint.ts'
import type { NormalizedCall } from '../../domain/input.ts'
import { readOrThrow } from '../../domain/input-problems.ts'
import type { JsonObject } from '../../domain/json.ts'
import { readMetadata, readMetadataSync } from '../../domain/metadata-schema.ts'
import type { InputProblem } from '../../errors.ts'
import { ValidationError } from '../../errors.ts'
import type { CheckRequest } from '../../ports/provider.ts'
import type { NewCall } from '../../ports/store.ts'
import type { Settings } from '../settings.ts'

/** Where the next call's id comes from. */
export interface IdSource {
  nextId(): string
}

/** A call as the store takes it, once the host's own rules and the provider's have been asked. `path` is where the input stands in something larger. Throws a ValidationError. */
export async function prepareCall(settings: Settings, ids: IdSource, input: NormalizedCall, path: string): Promise<NewCall> {
  const metadata =
    settings.metadata === null
      ? input.metadata
      : readOrThrow(await readMetadata(settings.metadata, input.metadata, pathOf(path, 'metadata')))
  return newCall(settings, ids, input, metadata, path)
}

/** The same where nothing can be awaited. */
export function prepareCallSync(settings: Settings, ids: IdSource, input: NormalizedCall): NewCall {
  const metadata = settings.metadata === null ? input.metadata : readOrThrow(readMetadataSync(settings.metadata, input.metadata))
  return newCall(settings, ids, input, metadata, '')
}

/** Asks the host's number rules and the provider that would dial. Throws a ValidationError. */
export function refuseUndialable(settings: Settings, request: Omit<CheckRequest, 'providerOptions'> & ProviderChoice, path: string): void {
  const problems = [...numberProblems(settings, request.to), ...providerProblems(settings, request)]
  if (problems.length === 0) return
  throw new ValidationError(problems.map((problem) => ({ ...problem, path: pathOf(path, problem.path) })))
}

type ProviderChoice = Pick<NewCall, 'provider' | 'providerOptions'>

function newCall(settings: Settings, ids: IdSource, input: NormalizedCall, metadata: JsonObject, path: string): NewCall {
  refuseUndialable(settings, { ...input, metadata }, path)
  const { idempotencyKey, maxAttempts, ...fields } = input
  return {
    ...fields,
    metadata,
    id: ids.nextId(),
    maxAttempts: maxAttempts ?? settings.maxAttempts,
    retryOf: null,
    // Of what was asked for, not of what the schema made of it: a default that is a time or random would make every replay another input.
    idempotency: idempotencyKey === null ? null : { key: idempotencyKey, fingerprint: fingerprintOf(input) },
  }
}

function numberProblems(settings: Settings, to: string): readonly InputProblem[] {
  const message = settings.numberRule(to)
  return message === null ? [] : [{ path: 'to', message }]
}

function providerProblems(settings: Settings, request: Omit<CheckRequest, 'providerOptions'> & ProviderChoice): readonly InputProblem[] {
  const names = [...settings.providers.keys()]
  const name = request.provider ?? names[0] ?? ''
  const provider = settings.providers.get(name)
  if (provider === undefined) return [{ path: 'provider', message: `Expected one of ${names.join(', ')}.` }]
  const { to, from, scriptId, variables, metadata, tenant } = request
  const problems =
    provider.check?.({ to, from, scriptId, variables, metadata, tenant, providerOptions: request.providerOptions[name] ?? {} }) ?? []
  return problems.map(({ path, message }) => ({ message, path: path.replace(/^providerOptions\b/, `providerOptions.${name}`) }))
}

function pathOf(prefix: string, path: string): string {
  return prefix === '' ? path : `${prefix}.${path}`
}
