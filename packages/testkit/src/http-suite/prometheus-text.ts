import { fail } from 'node:assert/strict'

const sampleForm =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+\})?) (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/
const commentForm = /^# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+$|^# EOF$/

/** The samples of Prometheus text by name and labels, as written. Fails at a line that is neither a sample nor a comment, and at a sample that comes twice. */
export function readSamples(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>()
  for (const line of text.trimEnd().split('\n')) {
    if (commentForm.test(line)) continue
    const [, name = '', value = ''] = sampleForm.exec(line) ?? fail(`This is no line of Prometheus text: ${line}`)
    if (samples.has(name)) fail(`The sample ${name} comes twice.`)
    samples.set(name, Number(value))
  }
  return samples
}
