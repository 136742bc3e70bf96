import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A switchboard over real HTTP: takes calls as forms, and remembers where to tell of them. It has an id for the conversation and another for the line. */
export async function startSwitchboard() {
  const calls: { readonly sid: string; readonly to: string; readonly callback: string }[] = []
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    const sid = `CA${calls.length + 1}`
    calls.push({ sid, to: form.get('To') ?? '', callback: form.get('StatusCallback') ?? '' })
    response.writeHead(201).end(new URLSearchParams({ ConversationId: `conv-${sid}`, Sid: sid }).toString())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve))
  })
  return { calls, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
