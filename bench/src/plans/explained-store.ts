import { PostgresStore } from '@ebra/store-postgres'
import { Pool } from 'pg'
import { type Executed, readExecuted } from './executed.ts'
import { silent } from './silent.ts'

/** A store on one session, which keeps its plans, as those of a product do, and can tell how it executes its statements. */
export class ExplainedStore {
  readonly store: PostgresStore
  readonly #pool: Pool
  #heard: string[] = []

  constructor(address: string) {
    const options = settings.map((setting) => `-c ${setting}`).join(' ')
    this.#pool = new Pool({ connectionString: address, max: 1, options })
    this.#pool.on('connect', (client) => client.on('notice', ({ message = '' }) => this.#heard.push(message)))
    this.store = new PostgresStore({ pool: this.#pool })
  }

  async open(): Promise<void> {
    await this.store.open({ logger: silent, clock: null })
  }

  /** Every statement that `work` executes, those within functions before the one that called them. */
  async explain(work: () => Promise<unknown>): Promise<readonly Executed[]> {
    await this.#pool.query('set auto_explain.log_min_duration = 0')
    this.#heard = []
    await work()
    const heard = this.#heard.filter((message) => message.startsWith('duration: '))
    await this.#pool.query('set auto_explain.log_min_duration = -1')
    return heard.map(readExecuted)
  }

  async close(): Promise<void> {
    await this.store.close()
    await this.#pool.end()
  }
}

const settings = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_level=notice',
  'auto_explain.log_nested_statements=on',
  'auto_explain.log_parameter_max_length=0',
  'auto_explain.log_analyze=on',
  'auto_explain.log_buffers=on',
  'auto_explain.log_timing=off',
]
