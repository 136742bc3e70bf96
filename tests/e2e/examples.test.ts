import { createDatabase } from '@ebra/testkit/postgres'
import { describe, expect, it } from 'vitest'
import { Client } from './client.ts'
import { runProgram } from './program.ts'
import { scratchFolder } from './scratch-folder.ts'
import { until } from './until.ts'

describe('the Express shop', () => {
  it('reminds by phone whom it was told to, and keeps the routes of Ebra to those it knows', async () => {
    await using folder = await scratchFolder()
    await using shop = runProgram('examples/embed-express/src/main.ts', { cwd: folder.path, environment: { PORT: '0' } })
    const url = (await shop.line(/^The shop is open/)).split(' ').at(-1) ?? ''
    const clerk = new Client(url, { authorization: 'Bearer clerk' })
    const owner = new Client(url, { authorization: 'Bearer owner' })

    const reminder = await clerk.send<{ callId: string }>('POST', '/orders/1/reminder')
    expect(reminder.status).toBe(202)
    expect((await clerk.send('POST', '/orders/1/reminder')).body).toEqual(reminder.body)
    expect(await clerk.send('POST', '/orders/2/reminder')).toMatchObject({ status: 202 })
    const remindedIs = (id: number, how: string) =>
      until(async () => (await clerk.send<{ reminded: string }>('GET', `/orders/${id}`)).body.reminded === how)
    await remindedIs(1, 'by a call')
    await remindedIs(2, 'in vain')

    expect(await clerk.send('GET', `/voice/calls/${reminder.body.callId}`)).toMatchObject({
      status: 200,
      body: { metadata: { orderId: 1 } },
    })
    expect(await clerk.send('POST', `/voice/calls/${reminder.body.callId}/retry`)).toMatchObject({ status: 403 })
    expect(await owner.send('POST', `/voice/calls/${reminder.body.callId}/retry`)).toMatchObject({ status: 201 })
    expect(await new Client(url).send('GET', '/voice/calls')).toMatchObject({ status: 401 })
    expect(await new Client(url).send('GET', '/orders/1')).toMatchObject({ status: 401 })
    expect(await shop.end('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})

describe('the Fastify application for clinics', () => {
  it('confirms appointments by phone, and shows every clinic its own calls', async () => {
    await using folder = await scratchFolder()
    await using clinics = runProgram('examples/embed-fastify/src/main.ts', { cwd: folder.path, environment: { PORT: '0' } })
    const url = (await clinics.line(/^The clinics are open/)).split(' ').at(-1) ?? ''
    const north = new Client(url, { 'x-api-key': 'key-of-north' })
    const south = new Client(url, { 'x-api-key': 'key-of-south' })

    const { status, body } = await north.send<{ callId: string }>('POST', '/appointments', { phone: '+12025550142', at: 'Monday at nine' })
    expect(status).toBe(201)
    await until(async () => (await north.send('GET', `/voice/calls/${body.callId}`)).body.status === 'COMPLETED')
    expect(await south.send('GET', `/voice/calls/${body.callId}`)).toMatchObject({ status: 404 })
    expect(await south.send('POST', '/appointments', { phone: '12', at: 'never' })).toMatchObject({ status: 422 })
    expect(await south.send('POST', '/appointments', {})).toMatchObject({ status: 400 })
    expect(await new Client(url).send('GET', '/voice/calls')).toMatchObject({ status: 401 })
    expect(await clinics.end('SIGTERM')).toEqual({ code: 0, signal: null })
  })
})

describe('transactional enqueue', () => {
  const program = 'examples/transactional-enqueue/src/main.ts'
  const both = ['The order is there, and so is its call: PENDING.', 'The card was declined. Of that order 0 calls are left.']

  it('is all or nothing on SQLite', async () => {
    await using folder = await scratchFolder()
    await using example = runProgram(program, { cwd: folder.path })
    expect([await example.exited, example.lines]).toEqual([{ code: 0, signal: null }, both])
  })

  it('is all or nothing on Postgres, with Kysely and without', async () => {
    await using folder = await scratchFolder()
    await using database = await createDatabase()
    await using example = runProgram(program, { cwd: folder.path, environment: { DATABASE_URL: database.connectionString } })
    expect([await example.exited, example.lines]).toEqual([{ code: 0, signal: null }, [...both, 'Without Kysely it is the same: PENDING.']])
  })
})
