import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../src/read-settings.ts'
import { settings } from '../src/settings.ts'

describe('the settings of the provider sandbox', () => {
  it('have defaults that a platform could have', () => {
    expect(readSettings({}, [])).toEqual({
      kind: 'options',
      options: {
        port: 4010,
        host: '127.0.0.1',
        apiKey: 'sandbox',
        webhookSecret: expect.stringMatching(/^whsec_/),
        seed: 'sandbox',
        ringMs: [500, 2000],
        durationMs: [2000, 8000],
        outcomes: { COMPLETED: 70, NO_ANSWER: 12, BUSY: 8, VOICEMAIL: 6, FAILED: 4 },
        magicNumbers: true,
        dedupe: true,
        mode: 'normal',
        webhooks: { echo: 'all' },
        lookups: { get: true, find: true, cancel: true },
      },
    })
  })

  it('come from the environment', () => {
    const environment = {
      SANDBOX_RING_MS: '5',
      SANDBOX_FAULTS: 'ringThenHang=0.05, throttle=0.1',
      SANDBOX_WEBHOOKS: 'twice=0.1,lateMs=50',
      SANDBOX_ECHO: 'none',
      SANDBOX_LOOKUPS: 'get',
      SANDBOX_MAX_CONCURRENT: '10',
      SANDBOX_DEDUPE: 'false',
    }
    expect(readSettings(environment, [])).toMatchObject({
      options: {
        ringMs: 5,
        faults: { ringThenHang: 0.05, throttle: 0.1 },
        webhooks: { echo: 'none', twice: 0.1, lateMs: 50 },
        lookups: { get: true, find: false, cancel: false },
        maxConcurrent: 10,
        dedupe: false,
      },
    })
  })

  it('come from flags before the environment', () => {
    expect(readSettings({ PORT: '1', SANDBOX_SEED: 'a' }, ['--port', '2'])).toMatchObject({ options: { port: 2, seed: 'a' } })
  })

  it('that are empty leave the option out', () => {
    const result = readSettings({ SANDBOX_API_KEY: '', SANDBOX_WEBHOOK_SECRET: '' }, [])
    expect(result.kind === 'options' && Object.keys(result.options)).not.toContain('apiKey')
    expect(result.kind === 'options' && Object.keys(result.options)).not.toContain('webhookSecret')
  })

  it('that are wrong are named by their variables, all at once', () => {
    const environment = { SANDBOX_RING_MS: '5-1', SANDBOX_MAGIC_NUMBERS: 'maybe', SANDBOX_OUTCOMES: 'COMPLETED', SANDBOX_LOOKUPS: 'list' }
    expect(readSettings(environment, [])).toEqual({
      kind: 'problems',
      problems: [
        'SANDBOX_RING_MS: ringMs must be milliseconds, or a range [from, to], not [5,1].',
        'SANDBOX_OUTCOMES: outcomes.COMPLETED must be a weight, 0 or more, not "".',
        'SANDBOX_MAGIC_NUMBERS: magicNumbers must be true or false, not "maybe".',
        'SANDBOX_LOOKUPS: lookups.list is unknown here; known are get, find, findLagMs, cancel.',
      ],
    })
  })

  it('of an unknown name are refused', () => {
    expect(readSettings({}, ['--prt', '1'])).toEqual({ kind: 'problems', problems: [expect.stringContaining("Unknown option '--prt'")] })
  })

  it('are all in the README', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    const expected = settings.map(({ variable, fallback, says }) => ['', `\`${variable}\``, fallback && `\`${fallback}\``, says, ''])
    expect(rows).toEqual(expect.arrayContaining(expected))
  })
})
