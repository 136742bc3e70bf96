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
  const sendings: Sending[] = []
  for await (const line of readLedgerLines(ledger.file)) {
    const attempt = line.kind === 'ring' ? attempts.get(line.attemptId ?? '') : undefined
    if (line.kind === 'ring' && attempt !== undefined) sendings.push({ attempt, ...beginningOf(line.body), cameAt: line.at })
  }
  return sendings
}

/** Dials that were begun after their send deadline. */
export function begunLate(sendings: readonly Sending[]): readonly Sending[] {
  return sendings.filter(({ attempt, begunAt }) => begunAt > attempt.sendBy.getTime())
}

/** Dials that reached the platform after the moment from which their attempt counts as silent: whoever looks then must not find it still to come. */
export function cameLate(sendings: readonly Sending[]): readonly Sending[] {
  return sendings.filter(({ attempt, cameAt }) => cameAt > attempt.answerBy.getTime())
}

function beginningOf(body: unknown): Pick<Sending, 'begunAt' | 'begunBy'> {
  const { begunAt, begunBy } = body as Partial<Pick<Sending, 'begunAt' | 'begunBy'>>
  if (begunAt === undefined || begunBy === undefined) throw new Error('The dial does not say when it was begun, and by whom.')
  return { begunAt, begunBy }
}
