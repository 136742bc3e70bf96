import { describe, expect, it } from 'vitest'
import { chanceOf, oneOf, seed } from './chance.ts'
import { keepResult } from './results.ts'
import { patience, sized } from './size.ts'
import { createToldPlatform } from './told-platform.ts'
import { databaseKinds } from './worker-settings.ts'

const guesses = sized(40, 2_000)
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']

describe.each(databaseKinds)(`an attempt that the URL of a webhook alone names, with %s (seed ${seed})`, (database) => {
  it('is believed with its own tag, whole and letter by letter, and with nothing else', { timeout: patience(60_000) }, async () => {
    await using platform = await createToldPlatform(database)
    const { deliver, signed, rowsOf, callbackUrlOf } = platform
    const callId = await platform.liveCall('+493040000001')
    const other = await platform.liveCall('+493040000002')
    const right = tagOf(callbackUrlOf(callId))
    const before = [await rowsOf(callId), await rowsOf(other)]
    let events = 0
    const tell = (url: string) => deliver(signed({ status: 'COMPLETED', eventId: `e-${++events}` }, url))

    const urls = [
      ...wrongUrls(callbackUrlOf(callId), right, tagOf(callbackUrlOf(other))),
      ...guessedUrls(callbackUrlOf(callId), right, database),
    ]
    for (const url of urls) expect([await tell(url), url]).toEqual([200, url])
    expect([await rowsOf(callId), await rowsOf(other)]).toEqual(before)
    const { parkedWebhooks, unconfirmed } = (await platform.orchestrator.metrics()).store
    expect([parkedWebhooks, unconfirmed]).toEqual([urls.length, 0])
    keepResult({
      row: 'security',
      promise: `A signed webhook names its attempt by a URL with a wrong tag alone, with ${database}`,
      n: urls.length,
      result: `0 calls changed, ${parkedWebhooks} events parked`,
    })

    expect(await tell(callbackUrlOf(callId))).toBe(200)
    expect((await rowsOf(callId)).call?.status).toBe('COMPLETED')
    expect(await rowsOf(other)).toEqual(before[1])
  })
})

function wrongUrls(url: string, right: string, another: string): readonly string[] {
  const tags = [
    '',
    right.slice(0, 1),
    right.slice(0, 11),
    right.slice(0, -1),
    right.slice(1),
    `${right}A`,
    `${right}==`,
    `${right}%00`,
    `%20${right}`,
    right.toUpperCase() === right ? right.toLowerCase() : right.toUpperCase(),
    [...right].reverse().join(''),
    another,
    'null',
    'true',
    '%',
    'A'.repeat(5_000),
  ]
  return [
    ...tags.map((tag) => withTag(url, right, tag)),
    url.replace(`&tag=${right}`, ''),
    url.replace('tag=', 'TAG='),
    url.replace('tag=', 'tag[]='),
    // The first of two counts.
    url.replace('tag=', `tag=${another}&tag=`),
    url.replace('.1&tag=', '.2&tag='),
    url.replace('.1&tag=', '&tag='),
  ]
}

/** Most of it right: a comparison that were lenient somewhere would be found here. */
function guessedUrls(url: string, right: string, name: string): readonly string[] {
  const chance = chanceOf(`tags ${name}`)
  return Array.from({ length: guesses }, () => {
    const at = chance.between(0, right.length - 1)
    const letter = oneOf(
      chance,
      letters.filter((each) => each !== right[at]),
    )
    return withTag(url, right, right.slice(0, at) + letter + right.slice(at + 1))
  })
}

function tagOf(url: string): string {
  return new URL(url).searchParams.get('tag') ?? ''
}

function withTag(url: string, right: string, tag: string): string {
  return url.replace(`tag=${right}`, `tag=${tag}`)
}
