import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { CallBook } from './calls/call-book.ts'
import { startLife } from './calls/call-life.ts'
import { Journal } from './evidence/journal.ts'
import { readLedgerLines } from './evidence/journal-lines.ts'
import { judgedFrom } from './evidence/judged.ts'
import { summaryOf } from './http/control-routes.ts'
import type { LedgerServer } from './http/ledger-server.ts'
import { serveLedger } from './http/ledger-server.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerContext } from './ledger-context.ts'
import type { LedgerHome } from './ledger-home.ts'
import { ledgerHome } from './ledger-home.ts'
import { assertLedgerConduct, assertLedgerOptions } from './option-checks.ts'
import type { LedgerOptions } from './options.ts'
import { changedRules, rulesFrom } from './options.ts'
import { WebhookSender } from './webhooks/webhook-sender.ts'

/**
 * Starts a ring ledger in this process. A test that kills processes wants `spawnLedger` instead.
 *
 * @throws LedgerOptionsError, or where the port is taken or the file is not a ledger's.
 */
export async function createLedger(options: LedgerOptions = {}): Promise<Ledger> {
  assertLedgerOptions(options)
  const home = await ledgerHome(options.file)
  try {
    return await startLedger(home, options)
  } catch (error) {
    await home.leave()
    throw error
  }
}

async function startLedger(home: LedgerHome, options: LedgerOptions): Promise<Ledger> {
  const context = await openContext(home.file, options)
  try {
    const server = await serveLedger(context, options.host ?? '127.0.0.1', options.port ?? 0)
    for (const call of context.book.liveCalls) startLife(context, call, Promise.resolve())
    return ledgerOf(context, server, whenClosed(context, server, home))
  } catch (error) {
    await context.journal.close()
    throw error
  }
}

async function openContext(file: string, options: LedgerOptions): Promise<LedgerContext> {
  const { port: _port, host: _host, file: _file, seed = 'ledger', apiKey = null, webhookSecret, ...conduct } = options
  const closing = new AbortController()
  return {
    file,
    seed,
    apiKey,
    rules: rulesFrom(conduct),
    book: await bookFrom(file),
    journal: await Journal.open(file),
    sender: new WebhookSender(webhookSecret),
    lives: new Map(),
    closing: closing.signal,
    close: () => closing.abort(),
  }
}

async function bookFrom(file: string): Promise<CallBook> {
  const book = new CallBook()
  if (!existsSync(file)) return book
  for await (const line of readLedgerLines(file)) book.replay(line)
  return book
}

function ledgerOf(context: LedgerContext, { url }: LedgerServer, closed: Promise<void>): Ledger {
  const close = () => {
    context.close()
    return closed
  }
  return {
    url,
    file: context.file,
    ...judgedFrom(context.file),
    summary: async () => summaryOf(context),
    switchTo: async (change) => {
      assertLedgerConduct(change)
      context.rules = changedRules(context.rules, change)
    },
    close,
    closed,
    [Symbol.asyncDispose]: close,
  }
}

async function whenClosed({ closing, lives, sender, journal }: LedgerContext, server: LedgerServer, home: LedgerHome): Promise<void> {
  await once(closing, 'abort')
  sender.close()
  for (const life of lives.values()) life.leave()
  await Promise.allSettled([...lives.values()].map((life) => life.ended))
  await server.close()
  await journal.close()
  await home.leave()
}
