/** As much of a body as was wanted. */
export interface BoundedBody {
  readonly text: string
  /** False when the stream broke off, or held more than the limit. */
  readonly isWhole: boolean
}

/** Reads a body up to `maxBytes`. Never throws: a body that is cut is an answer too. */
export async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<BoundedBody> {
  const chunks: Uint8Array[] = []
  let size = 0
  let isWhole = true
  try {
    for await (const chunk of body) {
      size += chunk.length
      if (size > maxBytes) {
        isWhole = false
        break
      }
      chunks.push(chunk)
    }
  } catch {
    isWhole = false
  }
  return { text: Buffer.concat(chunks).toString('utf8'), isWhole }
}
