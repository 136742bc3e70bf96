import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../e2e/free-port.ts'
import { scratchFolder } from '../e2e/scratch-folder.ts'

/** A PgBouncer in transaction mode: its clients share a few connections of the server, and each transaction may run on another. */
export interface PgBouncer extends AsyncDisposable {
  /** Leads through it. */
  readonly connectionString: string
}

/** How many connections of the server all clients share. Fewer than a single process would open. */
export const sharedConnections = 4

/** Starts the machine's own PgBouncer before the server of a connection string. What its configuration can leave out is left out, as most do. */
export async function startPgBouncer(connectionString: string): Promise<PgBouncer> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await scratchFolder())
  const through = new URL(connectionString)
  through.port = String(await freePort())
  const bouncer = await launch(await configure(folder.path, new URL(connectionString), through))
  stack.defer(() => end(bouncer))
  const owned = stack.move()
  return { connectionString: through.href, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** PgBouncer refuses to run as root, and whom it runs as instead has to read these files. */
async function configure(folder: string, server: URL, through: URL): Promise<string> {
  const users = join(folder, 'users.txt')
  const configuration = join(folder, 'pgbouncer.ini')
  await writeFile(users, `"${server.username}" "${server.password}"\n`)
  const lines = [
    '[databases]',
    `* = host=${server.hostname} port=${server.port}`,
    '[pgbouncer]',
    `listen_addr = ${through.hostname}`,
    `listen_port = ${through.port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    'pool_mode = transaction',
    `default_pool_size = ${sharedConnections}`,
    'max_client_conn = 500',
    ...(process.getuid?.() === 0 ? ['user = nobody'] : []),
  ]
  await writeFile(configuration, `${lines.join('\n')}\n`)
  await chmod(folder, 0o755)
  return configuration
}

/** Resolves once it accepts connections; rejects with what it wrote if it ends before. */
async function launch(configuration: string): Promise<ChildProcess> {
  const bouncer = spawn('pgbouncer', [configuration], { stdio: ['ignore', 'ignore', 'pipe'] })
  const written: string[] = []
  await new Promise<void>((resolve, reject) => {
    bouncer.stderr.setEncoding('utf8').on('data', (text: string) => {
      written.push(text)
      if (text.includes('process up')) resolve()
    })
    bouncer.once('error', (cause) => reject(new Error(notInstalled, { cause })))
    bouncer.once('exit', (code) => reject(new Error(`PgBouncer ended with code ${code}:\n${written.join('')}`)))
  })
  const kill = () => bouncer.kill()
  process.once('exit', kill)
  bouncer.once('exit', () => process.off('exit', kill))
  return bouncer
}

const notInstalled =
  'A soak needs PgBouncer, and no program "pgbouncer" is on the PATH. On Debian and Ubuntu: apt-get install pgbouncer. On macOS: brew install pgbouncer.'

/** At once, whoever is connected. */
async function end(bouncer: ChildProcess): Promise<void> {
  const ended = once(bouncer, 'exit')
  if (bouncer.kill('SIGTERM')) await ended
}
