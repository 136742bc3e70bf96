import type { AttemptDetails } from './attempt.ts'

/** 256 kB: what the details of one attempt may take together, as JSON in UTF-8. */
export const maxDetailsBytes = 262_144

/** What a text that was cut ends with. */
export const cutMark = ' … [cut]'

/** Details that fit: the transcript is cut first, then `data` is left out, then the summary is cut. The same object if they fit already. */
export function fitDetails(details: AttemptDetails): AttemptDetails {
  let fitted = details
  for (const shorten of [cutTranscript, leaveDataOut, cutSummary]) {
    if (jsonBytes(fitted) <= maxDetailsBytes) return fitted
    fitted = shorten(fitted)
  }
  return fitted
}

function cutTranscript({ transcript, ...others }: AttemptDetails): AttemptDetails {
  if (transcript === undefined) return others
  const cut = cutText(transcript, roomBeside({ ...others, transcript: '' }))
  return cut === null ? others : { ...others, transcript: cut }
}

function leaveDataOut({ data, ...others }: AttemptDetails): AttemptDetails {
  return others
}

function cutSummary({ summary, ...others }: AttemptDetails): AttemptDetails {
  if (summary === undefined) return others
  const cut = cutText(summary, roomBeside({ ...others, summary: '' }))
  return cut === null ? others : { ...others, summary: cut }
}

function roomBeside(others: AttemptDetails): number {
  return maxDetailsBytes - jsonBytes(others)
}

/** The longest beginning of a text that takes at most `room` bytes of JSON with its mark; null: not even the mark fits. Never splits a surrogate pair. */
function cutText(text: string, room: number): string | null {
  const quotes = 2
  const fits = (length: number) => jsonBytes(text.slice(0, length) + cutMark) - quotes <= room
  if (!fits(0)) return null
  let shortest = 0
  let tooLong = Math.min(text.length, room) + 1
  while (tooLong - shortest > 1) {
    const middle = Math.floor((shortest + tooLong) / 2)
    if (fits(middle)) shortest = middle
    else tooLong = middle
  }
  return text.slice(0, shortest).replace(/[\ud800-\udbff]$/, '') + cutMark
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
