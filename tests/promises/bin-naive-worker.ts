import { setTimeout as pause } from 'node:timers/promises'
import { type NaiveClaim, naiveQueueOf } from './naive-queue.ts'
import type { WorkerMessage, WorkerSettings } from './worker-settings.ts'

// A worker that knows no better: it claims naively, dials, and asks the platform until the call is over. Its one argument is its settings as JSON.
const settings = JSON.parse(process.argv[2] ?? '') as Pick<WorkerSettings, 'database' | 'platform'>
const { baseUrl } = settings.platform
const queue = naiveQueueOf(settings.database)

process.once('disconnect', () => process.exit())
process.send?.({ kind: 'started' } satisfies WorkerMessage)
for (;;) {
  for (const claim of await queue.claim()) void call(claim)
  await pause(2)
}

async function call(claim: NaiveClaim): Promise<void> {
  const { callId, number, to } = claim
  const attemptId = `${callId}.${number}`
  const body = JSON.stringify({ to, scriptId: 'welcome', callId, attemptId })
  const response = await fetch(`${baseUrl}/calls`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { providerCallId } = (await response.json()) as { readonly providerCallId: string }
  while (!(await isOver(providerCallId))) await pause(2)
  await queue.settle(claim)
}

async function isOver(providerCallId: string): Promise<boolean> {
  const response = await fetch(`${baseUrl}/calls/${providerCallId}`)
  const { status } = (await response.json()) as { readonly status: string }
  return status !== 'RINGING' && status !== 'IN_PROGRESS'
}
