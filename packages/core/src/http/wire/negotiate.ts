/** One entry of an `Accept` header. */
interface Accepted {
  readonly range: string
  readonly quality: number
}

/**
 * The media type that a client wants most (RFC 9110, section 12.5.1): by quality, then by how exactly it was named, then by the order of `offers`. A client that
 * takes none of them, or says nothing, gets the first.
 */
export function negotiate<TType extends string>(accept: string | undefined, offers: readonly [TType, ...TType[]]): TType {
  const accepted = (accept ?? '*/*').split(',').map(parseEntry)
  const ranked = offers.map((type) => ({ type, ...bestMatch(type, accepted) })).filter(({ quality }) => quality > 0)
  ranked.sort((left, right) => right.quality - left.quality || right.exactness - left.exactness)
  return ranked[0]?.type ?? offers[0]
}

function parseEntry(text: string): Accepted {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  return { range, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
}

/** The most exact range that matches decides, so that a quality of 0 can forbid a type that a wildcard allows. Among equal ranges the best quality does. */
function bestMatch(type: string, accepted: readonly Accepted[]): { readonly quality: number; readonly exactness: number } {
  const ranges = ['*/*', `${type.split('/')[0]}/*`, type]
  const matches = accepted
    .map(({ range, quality }) => ({ quality, exactness: ranges.indexOf(range) }))
    .filter(({ exactness }) => exactness >= 0)
  matches.sort((left, right) => right.exactness - left.exactness || right.quality - left.quality)
  return matches[0] ?? { quality: 0, exactness: -1 }
}
