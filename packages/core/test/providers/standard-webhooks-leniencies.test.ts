import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { signWebhook, verifyWebhook } from '../../src/providers/standard-webhooks.ts'

const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`

/** Right in every respect, now: the reference library goes by the time of this machine. */
function setup() {
  const now = new Date()
  const rawBody = Buffer.from('{"name":"\uFFFD"}')
  const headers = { ...signWebhook({ id: 'msg_1', at: now, rawBody }, [secret]) }
  return { now, rawBody, headers, seconds: headers['webhook-timestamp'], signature: headers['webhook-signature'] }
}

type Webhooks = ReturnType<typeof setup>

/** What the reference library believes, and we do not. Each changes a webhook that is right. */
const leniencies = {
  'a timestamp that goes on after its digits': ({ headers, seconds }) => ({
    headers: { ...headers, 'webhook-timestamp': `${seconds} or so` },
  }),
  'a timestamp with a fraction': ({ headers, seconds }) => ({ headers: { ...headers, 'webhook-timestamp': `${seconds}.999` } }),
  'a timestamp with a sign': ({ headers, seconds }) => ({ headers: { ...headers, 'webhook-timestamp': `+${seconds}` } }),
  'a timestamp after a space': ({ headers, seconds }) => ({ headers: { ...headers, 'webhook-timestamp': ` ${seconds}` } }),
  'two timestamps, as Node joins a header that came twice': ({ headers, seconds }) => ({
    headers: { ...headers, 'webhook-timestamp': `${seconds}, 1` },
  }),
  'zeros before the timestamp': ({ headers, seconds }) => ({ headers: { ...headers, 'webhook-timestamp': `00000000${seconds}` } }),
  'a signature with a third part': ({ headers, signature }) => ({ headers: { ...headers, 'webhook-signature': `${signature},anything` } }),
  'as many signatures as fit': ({ headers, signature }) => ({
    headers: { ...headers, 'webhook-signature': `${'v1,x '.repeat(500)}${signature}` },
  }),
  'another byte where text could not be decoded': ({ headers, rawBody }) => ({
    headers,
    rawBody: Buffer.from(rawBody.toString('latin1').replace('ï¿½', 'ÿ'), 'latin1'),
  }),
} as const satisfies Record<string, (webhook: Webhooks) => { headers: Record<string, string>; rawBody?: Buffer }>

describe('what the reference library is lenient about', () => {
  test.each(Object.entries(leniencies))('%s: it believes, we refuse', (_, changed) => {
    const webhook = setup()
    const request = { rawBody: webhook.rawBody, ...changed(webhook) }
    expect(new Webhook(secret).verify(request.rawBody, request.headers)).toEqual({ name: '\uFFFD' })
    expect(verifyWebhook(request, { secrets: [secret], now: () => webhook.now }).kind).toBe('unauthenticated')
  })

  test.each([
    ['without its prefix', secret.slice('whsec_'.length)],
    ['of one byte', 'whsec_YQ=='],
  ])('a secret %s: it signs with it, we refuse it', (_, lenient) => {
    expect(new Webhook(lenient).sign('msg_1', new Date(), '{}')).toMatch(/^v1,/)
    expect(() => signWebhook({ id: 'msg_1', at: new Date(), rawBody: '{}' }, [lenient])).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION_INVALID' }),
    )
  })

  test('a webhook without any of this: both believe', () => {
    const { now, ...request } = setup()
    expect(new Webhook(secret).verify(request.rawBody, request.headers)).toEqual({ name: '\uFFFD' })
    expect(verifyWebhook(request, { secrets: [secret], now: () => now })).toEqual({ kind: 'verified', webhookId: 'msg_1' })
  })
})

test('the published example is believed, and not with a bit of it changed', () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }
  const rawBody = Buffer.from('{"test": 2432232314}')
  const options = { secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], now: () => new Date(1_614_265_330_000) }
  expect(verifyWebhook({ headers, rawBody }, options)).toEqual({ kind: 'verified', webhookId: 'msg_p5jXN8AQM9LWM0D4loKWxJek' })
  for (let bit = 0; bit < rawBody.length * 8; bit++) {
    const changed = Buffer.from(rawBody)
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    expect(verifyWebhook({ headers, rawBody: changed }, options).kind).toBe('unauthenticated')
  }
})
