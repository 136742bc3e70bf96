import { describe, expect, it } from 'vitest'
import { createLedger, type LedgerOptions, LedgerOptionsError } from '../src/ledger/index.ts'
import { json } from './ledger-caller.ts'

describe('the options of a ring ledger', () => {
  it.each([
    ['{"mod":"hang"}', 'mod is unknown here; known are port, host, file, seed, apiKey, webhookSecret, mode, '],
    ['{"mode":"sleep"}', 'mode must be one of normal, slow, cutBody, '],
    ['{"port":70000}', 'port must be a whole number from 0 to 65535, not 70000.'],
    ['{"faults":{"hang":2}}', 'faults.hang must be a share from 0 to 1, not 2.'],
    ['{"faults":{"normal":0.5}}', 'faults.normal is unknown here; known are slow, '],
    ['{"faults":{"hang":0.6,"error":0.6}}', 'faults must be shares of at most 1 together, not {"hang":0.6,"error":0.6}.'],
    ['{"outcomes":{"COMPLETED":0}}', 'outcomes must be at least one weight above 0, not {"COMPLETED":0}.'],
    ['{"outcomes":{"LOST":1}}', 'outcomes.LOST is unknown here; known are COMPLETED, '],
    ['{"durationMs":[5,1]}', 'durationMs must be milliseconds, or a range [from, to], not [5,1].'],
    ['{"durationMs":"5"}', 'durationMs must be milliseconds, or a range [from, to], not "5".'],
    ['{"webhooks":{"echo":"some"}}', 'webhooks.echo must be one of all, attemptId, callId, providerCallId, none, not "some".'],
    ['{"webhooks":7}', 'webhooks must be an object, not 7.'],
    ['{"webhookSecret":"whsec_short"}', 'webhookSecret must be "whsec_" and at least 24 bytes in base64.'],
    ['[]', 'They must be an object, not [].'],
  ])('%s are refused', async (options, problem) => {
    const refused = createLedger(JSON.parse(options) as LedgerOptions)
    await expect(refused).rejects.toThrow(LedgerOptionsError)
    await expect(refused).rejects.toThrow(`A ledger cannot follow these options: ${problem}`)
  })

  it('are refused with every problem at once', async () => {
    const refused = createLedger({ port: -1, errorStatus: 200, webhooks: { late: 2 } })
    await expect(refused).rejects.toMatchObject({
      problems: [/port/, /errorStatus/, /webhooks\.late/].map((word) => expect.stringMatching(word)),
    })
  })

  it('that a running ledger can change are changed over HTTP, the others kept', async () => {
    await using ledger = await createLedger({ webhooks: { echo: 'none' } })
    const response = await fetch(`${ledger.url}/_ledger/mode`, { method: 'POST', body: '{"mode":"hang","webhooks":{"twice":1}}' })
    expect(response.status).toBe(200)
    expect(await json(response)).toMatchObject({ mode: 'hang', webhooks: { echo: 'none', twice: 1 } })
  })

  it.each(['{"seed":"other"}', '{"mode":7}', 'nonsense'])('%s change nothing over HTTP: 422', async (body) => {
    await using ledger = await createLedger()
    const response = await fetch(`${ledger.url}/_ledger/mode`, { method: 'POST', body })
    expect(response.status).toBe(422)
    expect(await json(response)).toEqual({ problems: [expect.any(String)] })
  })

  it('leave secrets out of what HTTP shows', async () => {
    await using ledger = await createLedger({ apiKey: 'secret-key', webhookSecret: `whsec_${'a'.repeat(40)}` })
    const shown = await (await fetch(`${ledger.url}/_ledger/mode`, { method: 'POST', body: '{}' })).text()
    expect(shown).not.toMatch(/secret-key|whsec_/)
  })
})

describe('a ring ledger over HTTP', () => {
  it('shows the same report that it gives', async () => {
    await using ledger = await createLedger()
    await fetch(`${ledger.url}/calls`, { method: 'POST', body: '{"to":"+12025550123"}' })
    expect(await json(fetch(`${ledger.url}/_ledger/report`))).toMatchObject({ posts: [{ to: '+12025550123' }], rings: [{ key: null }] })
  })

  it('has no other routes', async () => {
    await using ledger = await createLedger()
    expect((await fetch(`${ledger.url}/nowhere`)).status).toBe(404)
    expect((await fetch(`${ledger.url}/calls`, { method: 'DELETE' })).status).toBe(404)
  })
})
