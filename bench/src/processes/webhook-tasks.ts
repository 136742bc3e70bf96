import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { monotonicMs } from '../platform.ts'
import type { ProcessContext } from './task.ts'

const received: number[] = []

/** Takes webhooks at a port of this machine, whose number it answers. The body is the provider id of a call that has ended. */
export async function receiveWebhooks({ client }: ProcessContext): Promise<number> {
  const server = createServer(async (incoming, answer) => {
    const providerCallId = await text(incoming)
    received.push(monotonicMs())
    await client.receiveEnd?.(providerCallId)
    answer.end()
  })
  // Closed after a rest, a connection might be taken up by its sender at the same moment, and the webhook be lost.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** When they arrived, in the order in which they did. */
export async function receivedWebhooks(): Promise<readonly number[]> {
  return received
}

/** Lets the platform of this process send its webhooks there. */
export async function sendWebhooks({ platform }: ProcessContext, { port }: { readonly port: number }): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  platform.tellElsewhere = (providerCallId) =>
    new Promise((resolve, reject) => {
      const post = request({ agent, port, host: '127.0.0.1', method: 'POST' }, (answer) => answer.resume().once('end', resolve))
      post.once('error', reject).end(providerCallId)
    })
}
