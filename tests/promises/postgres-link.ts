import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to Postgres that goes wrong when it is told to. Who goes it sees what a network does: connections that break, and bytes that come late or never. */
export interface PostgresLink extends AsyncDisposable {
  /** Leads through the link. */
  readonly connectionString: string
  /** Breaks every connection off. New ones go through. */
  cut(): void
  /** Holds back every byte, in either direction or only what the server answers, of connections old and new, until `release`. */
  hold(what?: 'everything' | 'answers'): void
  /** Delivers what was held back. */
  release(): void
  /** Delays every byte by so much. */
  delay(ms: number): void
  /**
   * The next answer that matches is lost, and its connection broken off: the server has done what it was asked, and nobody hears of it. Resolves when that has happened; whatever
   * comes after it is held back until `release`.
   */
  loseAnswer(pattern: RegExp): Promise<void>
  /** Runs `then` when the next request passes that matches, before it goes on. */
  whenAsked(pattern: RegExp, then: () => void): void
}

/** A link to the server of a connection string. */
export async function linkTo(connectionString: string): Promise<PostgresLink> {
  const target = new URL(connectionString)
  const link = new Link(Number(target.port), target.hostname)
  const port = await link.listen()
  target.port = String(port)
  target.hostname = '127.0.0.1'
  return Object.assign(link, { connectionString: target.href })
}

type Direction = 'asked' | 'answered'

interface Passage {
  readonly near: Socket
  readonly far: Socket
}

class Link implements Omit<PostgresLink, 'connectionString'> {
  readonly #port: number
  readonly #host: string
  readonly #passages = new Set<Passage>()
  readonly #held: (() => void)[] = []
  readonly #server = createServer((near) => this.#open(near))
  #holds: 'nothing' | 'answers' | 'everything' = 'nothing'
  #delayMs = 0
  #loss: { readonly pattern: RegExp; resolve(): void } | null = null
  #watch: { readonly pattern: RegExp; then(): void } | null = null

  constructor(port: number, host: string) {
    this.#port = port
    this.#host = host
  }

  async listen(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  cut(): void {
    for (const passage of this.#passages) close(passage)
  }

  hold(what: 'everything' | 'answers' = 'everything'): void {
    this.#holds = what
  }

  release(): void {
    this.#holds = 'nothing'
    for (const deliver of this.#held.splice(0)) deliver()
  }

  delay(ms: number): void {
    this.#delayMs = ms
  }

  loseAnswer(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      this.#loss = { pattern, resolve }
    })
  }

  whenAsked(pattern: RegExp, then: () => void): void {
    this.#watch = { pattern, then }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.cut()
    await once(this.#server, 'close')
  }

  #open(near: Socket): void {
    const far = connect(this.#port, this.#host)
    const passage = { near, far }
    this.#passages.add(passage)
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('error', () => close(passage))
      socket.on('close', () => {
        close(passage)
        this.#passages.delete(passage)
      })
    }
    near.on('data', (bytes: Buffer) => this.#pass(passage, 'asked', bytes))
    far.on('data', (bytes: Buffer) => this.#pass(passage, 'answered', bytes))
  }

  #pass(passage: Passage, direction: Direction, bytes: Buffer): void {
    if (direction === 'asked') this.#notice(bytes)
    if (direction === 'answered' && this.#isLost(bytes)) this.#lose(passage)
    else this.#forward(direction, () => this.#deliver(passage, direction, bytes))
  }

  #forward(direction: Direction, deliver: () => void): void {
    if (this.#holds === 'everything' || (this.#holds === 'answers' && direction === 'answered')) this.#held.push(deliver)
    else if (this.#delayMs > 0) setTimeout(deliver, this.#delayMs)
    else deliver()
  }

  #deliver({ near, far }: Passage, direction: Direction, bytes: Buffer): void {
    const receiver = direction === 'asked' ? far : near
    if (!receiver.destroyed) receiver.write(bytes)
  }

  #notice(bytes: Buffer): void {
    if (this.#watch?.pattern.test(bytes.toString('latin1')) !== true) return
    const { then } = this.#watch
    this.#watch = null
    then()
  }

  #isLost(bytes: Buffer): boolean {
    return this.#loss?.pattern.test(bytes.toString('latin1')) === true
  }

  #lose(passage: Passage): void {
    this.hold()
    close(passage)
    this.#loss?.resolve()
    this.#loss = null
  }
}

function close({ near, far }: Passage): void {
  near.destroy()
  far.destroy()
}
