import { CallOrchestrator } from '@ebra/core'
import { SqliteStore } from '@ebra/store-sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { until } from '../../orchestrator/setup.ts'
import { startSwitchboard } from './switchboard.ts'
import { SwitchboardProvider, signatureOf } from './switchboard-provider.ts'

const authToken = 'switchboard-token'

async function setup() {
  const switchboard = await startSwitchboard()
  const provider = new SwitchboardProvider({ baseUrl: switchboard.baseUrl, authToken })
  const store = new SqliteStore({ file: ':memory:' })
  const orchestrator = new CallOrchestrator({ store, provider, concurrency: 5, publicUrl: 'https://voice.example.com/hooks' })
  onTestFinished(() => orchestrator.stop())
  await orchestrator.start()
  const { call } = await orchestrator.enqueue({ to: '+12025550123', scriptId: 'welcome' })
  const { sid, callback } = await until(() => switchboard.calls[0])
  await until(async () => (await orchestrator.get(call.id))?.providerCallId)
  const tell = (url: string, fields: Record<string, string>, signature?: string) => {
    const form = new URLSearchParams({ CallSid: sid, ...fields })
    const headers = { 'x-switchboard-signature': signature ?? signatureOf(authToken, url, form) }
    return orchestrator.handleWebhook({
      provider: 'switchboard',
      hook: url.includes('/machine') ? 'machine' : 'status',
      method: 'POST',
      url,
      headers,
      rawBody: form.toString(),
    })
  }
  return { orchestrator, call, callback, tell }
}

it('is told apart by the line’s id, which no answer of ours has ever named alone, and answered in its own words', async () => {
  const { orchestrator, call, callback, tell } = await setup()
  expect(callback).toMatch(/^https:\/\/voice\.example\.com\/hooks\/callbacks\/switchboard\/status\?attempt=/)
  const answer = await tell('https://voice.example.com/hooks/callbacks/switchboard/status', {
    CallStatus: 'completed',
    SequenceNumber: '3',
    CallDuration: '42',
  })
  expect(answer).toEqual({ status: 200, headers: { 'content-type': 'text/xml' }, body: '<Response/>' })
  expect(await orchestrator.get(call.id)).toMatchObject({
    status: 'COMPLETED',
    outcome: 'completed',
    durationSec: 42,
    providerCallId: 'conv-CA1',
  })
})

it('tells of voicemail in an event of its own, before or after the end', async () => {
  const { orchestrator, call, callback, tell } = await setup()
  await tell(callback, { CallStatus: 'completed', SequenceNumber: '3' })
  await tell(callback.replace('/status', '/machine'), { AnsweredBy: 'machine_start' })
  expect(await orchestrator.get(call.id)).toMatchObject({ status: 'COMPLETED', outcome: 'voicemail' })
})

it('is not believed with a signature over another URL', async () => {
  const { orchestrator, call, callback, tell } = await setup()
  const stolen = signatureOf(authToken, 'https://elsewhere.example', new URLSearchParams({ CallSid: 'CA1', CallStatus: 'completed' }))
  expect(await tell(callback, { CallStatus: 'completed' }, stolen)).toMatchObject({ status: 401 })
  expect(await orchestrator.get(call.id)).toMatchObject({ status: 'IN_PROGRESS' })
})
