import { Client } from '../e2e/client.ts'
import { freePort } from '../e2e/free-port.ts'
import type { AdapterKind } from './api-settings.ts'
import type { Scene } from './scene.ts'
import { startProgram, type Worker } from './worker.ts'

/** A process that serves the API of a scene, and dials nothing. */
export interface Api extends AsyncDisposable {
  readonly client: Client
  /** A client that sends this key with every request. */
  clientWithKey(key: string): Client
  readonly process: Worker
}

/** Starts a process with the API. It is killed with the scope that disposes it. */
export async function startApi({ settings }: Scene, adapter: AdapterKind): Promise<Api> {
  const port = await freePort()
  const process = startProgram('bin-api.ts', { ...settings, adapter, port })
  await process.said('started')
  const url = `http://127.0.0.1:${port}`
  return {
    client: new Client(url),
    clientWithKey: (key) => new Client(url, { 'idempotency-key': key }),
    process,
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  }
}
