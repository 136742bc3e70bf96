import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runServer, startServer } from './reference-server.ts'
import { scratchFolder } from './scratch-folder.ts'

describe('the environment', () => {
  it('is complained of once, with every problem by its name', async () => {
    await using folder = await scratchFolder()
    await using server = runServer('main', {
      cwd: folder.path,
      environment: {
        PORT: 'here',
        HTTP_ADAPTER: 'koa',
        API_KEY: 'two words',
        PUBLIC_BASE_URL: 'voice.example.com',
        DB_HOST: 'localhost',
        DB_PORT: '0',
        USE_SIMULATOR: 'false',
        PROVIDER_BASE_URL: 'ftp://provider.example.com',
        WEBHOOK_SECRET: 'whsec_short',
        GLOBAL_CONCURRENCY: '0',
        BASE_RETRY_SECONDS: '-1',
        MAX_ATTEMPTS: '2.5',
        STALE_INPROG_SECONDS: '1e3',
      },
    })
    expect(await server.exited).toEqual({ code: 1, signal: null })
    expect(server.lines.join('\n')).toMatchInlineSnapshot(`
      "Ebra cannot start: the environment is not right.
        PORT must be a whole number from 0 to 65535, it is "here".
        HTTP_ADAPTER must be express or fastify, it is "koa".
        API_KEY must be visible ASCII characters without spaces.
        PUBLIC_BASE_URL must be an http or https address without user, password and query, like https://voice.example.com.
        DB_PORT must be a whole number from 1 to 65535, it is "0".
        PROVIDER_BASE_URL must be an http or https address without user, password and query, like https://voice.example.com.
        WEBHOOK_SECRET must be "whsec_" and at least 24 bytes in base64, or several of these with commas between them; \`node -p "'whsec_' + require('node:crypto').randomBytes(32).toString('base64')"\` makes one.
        GLOBAL_CONCURRENCY must be a whole number from 1 to 100000, it is "0".
        BASE_RETRY_SECONDS must be a number from 0 to 3600, it is "-1".
        MAX_ATTEMPTS must be a whole number from 1 to 100, it is "2.5".
        STALE_INPROG_SECONDS must be a number from 1 to 86400, it is "1e3".
        PROVIDER_API_KEY is missing: USE_SIMULATOR=false needs it.
        DB_USER is missing: Postgres needs it. Without any DB_… variable the calls are kept in SQLITE_FILE.
        DB_NAME is missing: Postgres needs it. Without any DB_… variable the calls are kept in SQLITE_FILE."
    `)
  })

  it('names a Postgres by one address or by its parts', async () => {
    await using folder = await scratchFolder()
    await using server = runServer('main', { cwd: folder.path, environment: { DATABASE_URL: 'mysql://localhost/ebra' } })
    expect(await server.exited).toEqual({ code: 1, signal: null })
    expect(server.lines.join('\n')).toMatchInlineSnapshot(`
      "Ebra cannot start: the environment is not right.
        DATABASE_URL must be like postgres://user:password@host:5432/name."
    `)
  })

  it('is read from .env, and wins over it', async () => {
    await using folder = await scratchFolder()
    await writeFile(join(folder.path, '.env'), 'SQLITE_FILE=from-file.db\nGLOBAL_CONCURRENCY=7\nAPI_KEY=\n')
    await using server = await startServer('main', { cwd: folder.path, environment: { SQLITE_FILE: 'from-environment.db' } })
    expect(await server.line(/keeps its calls in/)).toContain('keeps its calls in from-environment.db')
    expect(await server.client.send('GET', '/control')).toMatchObject({ body: { configured: 7 } })
  })
})

describe('a port that is taken', () => {
  it('ends the server with a sentence that says so', async () => {
    await using folder = await scratchFolder()
    await using first = await startServer('main', { cwd: folder.path })
    const port = new URL(first.url).port
    await using second = runServer('main', { cwd: folder.path, environment: { PORT: port } })
    expect(await second.exited).toEqual({ code: 1, signal: null })
    expect(second.lines).toEqual([`Ebra cannot start: port ${port} is in use. Set PORT to another one, or to 0 for any that is free.`])
  })
})
