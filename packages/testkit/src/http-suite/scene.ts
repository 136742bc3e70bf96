import { type CallEvent, CallOrchestrator, type JsonObject, type OrchestratorOptions } from '@ebra/core'
import type { CreateStore } from '../store-suite/store-under-test.ts'
import { apiClient, type Send } from './api-client.ts'
import type { MountHttp, SuiteMountOptions } from './http-under-test.ts'
import { LabProvider } from './lab-provider.ts'
import { type StoreSwitch, switchable } from './switchable-store.ts'

/** What a case starts from: how the routes are mounted, and what differs of the orchestrator. */
export interface GivenHttp extends Partial<SuiteMountOptions> {
  /** True: it dials. Defaults to false. */
  readonly isStarted?: boolean
  readonly orchestrator?: Partial<OrchestratorOptions<JsonObject>>
  /** False: the host has told no public address. Defaults to true. */
  readonly isPublic?: boolean
}

/** An orchestrator with two providers, `lab` and `annex`, whose routes a real server serves. */
export interface HttpScene {
  readonly orchestrator: CallOrchestrator
  readonly send: Send
  readonly origin: string
  readonly prefix: string
  /** Takes the database away, and gives it back. */
  readonly database: StoreSwitch
  /** Every event, in order. */
  readonly events: readonly CallEvent[]
}

/** Makes the {@link HttpScene} of a case. Nothing asks for credentials unless the case says so. */
export type SetupHttp = (given?: GivenHttp) => Promise<HttpScene>

/** Runs `body` with a {@link SetupHttp}, then ends every server and orchestrator that it made, whatever became of it. */
export async function withHttpSetup(createStore: CreateStore, mount: MountHttp, body: (setup: SetupHttp) => Promise<void>): Promise<void> {
  const endings: Ending[] = []
  try {
    await body((given = {}) => setTheScene({ createStore, mount, endings }, given))
  } finally {
    await endAll(endings)
  }
}

type Ending = () => Promise<void>

interface Stage {
  readonly createStore: CreateStore
  readonly mount: MountHttp
  /** What to do when the case is over, last first. */
  readonly endings: Ending[]
}

async function endAll(endings: Ending[]): Promise<void> {
  const last = endings.pop()
  if (last === undefined) return
  try {
    await last()
  } finally {
    await endAll(endings)
  }
}

async function setTheScene({ createStore, mount, endings }: Stage, given: GivenHttp): Promise<HttpScene> {
  const { isStarted = false, isPublic = true, orchestrator: differences = {}, prefix = '/voice', ...options } = given
  const underTest = await createStore()
  endings.push(() => underTest.cleanup())
  const { store, database } = switchable(underTest.store)
  const provider = [new LabProvider('lab'), new LabProvider('annex')] as const
  const orchestrator = new CallOrchestrator<JsonObject>({
    store,
    provider,
    concurrency: 10,
    ...(isPublic && { publicUrl: 'https://app.example.com/voice' }),
    ...differences,
  })
  endings.push(() => orchestrator.stop({ graceMs: 0 }))
  const events: CallEvent[] = []
  orchestrator.on('*', (event) => void events.push(event))
  if (isStarted) await orchestrator.start()
  const mounted = await mount(orchestrator, { authorize: false, ...options, prefix })
  endings.push(() => mounted.close())
  return { orchestrator, database, events, prefix, origin: mounted.origin, send: apiClient(`${mounted.origin}${prefix}`) }
}
