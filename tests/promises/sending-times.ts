import type { Attempt } from '@ebra/core'
import { readLedgerLines } from '@ebra/testkit/ledger'
import { allAttempts } from './judgement.ts'
import type { Scene } from './scene.ts'

/** A dial that rang, and its times, in milliseconds since 1970. */
export interface Sending {
  readonly attempt: Attempt
  /** When its worker began to send it, by the clock of this machine. */
  readonly begunAt: number
  /** The id of the worker's process. */
  readonly begunBy: number
  /** When the platform had it. */
  readonly cameAt: number
}

/** Every dial that rang, with the attempt that it belongs to. */
export async function sendingsOf({ office, ledger }: Pick<Scene, 'office' | 'ledger'>): Promise<readonly Sending[]> {
  const attempts = new Map((await allAttempts(office)).map((attempt) => [attempt.attemptId, attempt]))
  const bodies = new Map<string | null, unknown>()
  const sendings: Sending[] = []
  for await (const line of readLedgerLines(ledger.file)) {
    if (line.kind === 'post') bodies.set(line.attemptId, line.body)
    const attempt = line.kind === 'ring' ? attempts.get(line.attemptId ?? '') : undefined
    if (line.kind === 'ring' && attempt !== undefined) {
      const { begunAt, begunBy } = wordsOf(bodies.get(line.attemptId))
      sendings.push({ attempt, begunAt, begunBy, cameAt: line.at })
    }
  }
  return sendings
}

/** When the attempt of each POST was claimed, in milliseconds since 1970, whatever the platform answered. Stores forget what was put back twice: only the platform knows all of them. */
export async function claimTimesOf({ ledger }: Pick<Scene, 'ledger'>): Promise<readonly number[]> {
  const times: number[] = []
  for await (const line of readLedgerLines(ledger.file)) if (line.kind === 'post') times.push(wordsOf(line.body).claimedAt)
  return times
}

/** Dials that were begun after their send deadline. */
export function begunLate(sendings: readonly Sending[]): readonly Sending[] {
  return sendings.filter(({ attempt, begunAt }) => begunAt > attempt.sendBy.getTime())
}

/** Dials that reached the platform after the moment from which their attempt counts as silent: whoever looks then must not find it still to come. */
export function cameLate(sendings: readonly Sending[]): readonly Sending[] {
  return sendings.filter(({ attempt, cameAt }) => cameAt > attempt.answerBy.getTime())
}

/** What the orchestrators of these tests say with each dial. */
interface Words extends Pick<Sending, 'begunAt' | 'begunBy'> {
  readonly claimedAt: number
}

function wordsOf(body: unknown): Words {
  const { begunAt, begunBy, claimedAt } = (body ?? {}) as Partial<Words>
  if (begunAt === undefined || begunBy === undefined || !claimedAt)
    throw new Error('The dial does not say when it was claimed and begun, and by whom.')
  return { begunAt, begunBy, claimedAt }
}
