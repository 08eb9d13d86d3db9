// A year of use on a virtual clock, with the background of the service and its feed: connections that are used all the time,
// of which one is disconnected each day and another one made. It tells which rows and how many bytes are left, and what they
// may be at most. `npm run test:year` runs it whole: 1,000 connections, used every hour of a year. There it is a program, since
// the test runner's bookkeeping of every promise would take a third of the time.
// PUNCTUAL_YEAR_CONNECTIONS and PUNCTUAL_YEAR_DAYS name another size.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Store } from '../../src/core/store/store.ts'
import { createPunctual, type Punctual, type Retention } from '../../src/index.ts'
import { defineProvider } from '../../src/providers/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { cookieOf, locationOf } from '../support/host.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { baseUrl, testKey } from '../support/settings.ts'

const hourMs = 3_600_000
export const dayMs: number = 24 * hourMs

export interface Year {
  readonly connections: number
  readonly days: number
  /** From one use of every connection to the next. */
  readonly stepHours: number
  readonly retention: Partial<Retention>
  /** The file may have 1 MB, which an empty one needs, and so much for each connection. */
  readonly bytesEach: number
  /** Hears of the rows and the bytes every thirty days, and at the end. */
  readonly report?: (day: number, kept: Kept) => void
}

export interface Kept {
  /** Of each table that has any. */
  readonly rows: Readonly<Record<string, number>>
  /** The size of the database file. */
  readonly bytes: number
}

/** Fails where a table or the file is larger than it may be. */
export async function liveThrough(year: Year): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  try {
    const kept = await live(year, join(folder, 'punctual.db'))
    year.report?.(year.days, kept)
    const most = bounds(year)
    for (const [table, found] of Object.entries(kept.rows))
      assert.ok(found <= (most[table] ?? 0), `${table} has ${found} rows, more than ${most[table] ?? 0}`)
    assert.ok(kept.bytes < 1_000_000 + year.connections * year.bytesEach, `${kept.bytes} bytes`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function live({ connections, days, stepHours, retention, report }: Year, file: string): Promise<Kept> {
  const world = startWorld(file, retention)
  try {
    for (let index = 0; index < connections; index++) await world.finish(world.connect(`owner ${index}`))
    world.punctual.start()
    for (let hour = 0; hour < days * 24; hour += stepHours) {
      await world.pass(stepHours * hourMs)
      await world.finish(world.useAll())
      // People come and go.
      if (hour % 24 === 12) await world.finish(world.replaceOne())
      if (hour % (24 * 30) === 0) report?.(hour / 24, world.measure())
    }
  } finally {
    await world.finish(world.punctual.stop())
  }
  return world.measure()
}

/** What each table may hold: of each connection a token set every two hours, and one connection that ends each day. */
function bounds({ connections, days, retention }: Year): Readonly<Record<string, number>> {
  const keep = {
    historyMs: 90 * dayMs,
    historyEntries: 500,
    feedMs: 30 * dayMs,
    countsMs: 8 * dayMs,
    endedConnectionsMs: 30 * dayMs,
    ...retention,
  }
  const kept = (ms: number | false) => Math.min(days, Number(ms) / dayMs + 1)
  const all = connections + kept(keep.endedConnectionsMs) + 2
  const events = (ageDays: number) => Math.ceil(13.5 * connections * ageDays) + 4 * all
  return {
    attempts: 2,
    grants: all,
    connections: all,
    connection_terms: 6 * all,
    // A grant is looked at after fifty entries more. What came late is as old as it may be.
    history: all * Math.min(keep.historyEntries + 60, 13.5 * kept(keep.historyMs)),
    // Every event for three days, with its copy for the feed.
    outbox: 2 * events(kept(3 * dayMs)),
    feed: events(kept(keep.feedMs)),
    subjects: 2 * connections,
    // Every ten minutes a row for each kind of work and each outcome.
    tallies: kept(keep.countsMs) * 144 * 8,
    error_groups: 10,
    error_connections: 10,
    activity_log: 10,
    ended_ids: 2 * days + 2,
  }
}

function startWorld(file: string, retention: Partial<Retention>) {
  const clock = manualClock()
  const { store, settle } = watched(sqlite(file))
  const provider = defineProvider({
    name: 'scripted',
    issuer: origin,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    apiBase: `${origin}/api`,
    clientAuthentication: 'client_secret_post',
    async identify(_answer, call) {
      const { sub } = (await call('/me')).json as { sub: string }
      return { id: sub, name: `Name of ${sub}`, email: `${sub}@example.com`, timeZone: 'Europe/Berlin' }
    },
  })
  let person = ''
  const punctual = createPunctual({
    baseUrl,
    keys: [testKey],
    store,
    clients: [provider({ clientId: 'app', clientSecret: 'secret', scopes: ['read'] })],
    currentOwner: () => person,
    clock,
    journal: null,
    fetch: scriptedFetch(),
    deliverTo: { feed: true },
    retention,
  })
  punctual.on(() => {})
  const standing: Awaited<ReturnType<Punctual['connections']['get']>>[] = []
  let next = 0

  async function connect(owner: string): Promise<void> {
    person = owner
    const { url, headers } = await punctual.begin({ client: 'scripted', owner, returnTo: '/done' })
    const state = url.searchParams.get('state') ?? ''
    const callback = `${baseUrl}/callback/scripted?${new URLSearchParams({ code: `account-${next++}`, state })}`
    const back = locationOf(await punctual.handler(new Request(callback, { headers: { cookie: cookieOf(headers) } })))
    standing.push(await punctual.connections.get(back.searchParams.get('connection') ?? ''))
  }

  return {
    punctual,
    connect,
    /** The background wakes once. */
    async pass(ms: number) {
      clock.pass(ms)
      await settle()
    },
    finish: <Result>(work: Promise<Result>) => finish(clock, settle, work),
    async useAll() {
      for (let from = 0; from < standing.length; from += 100)
        await Promise.all(standing.slice(from, from + 100).map((connection) => connection.fetch('/me')))
    },
    async replaceOne() {
      const ended = standing.shift()
      await ended?.disconnect()
      await connect(`owner ${next}`)
    },
    measure: () => measured(file),
  }
}

/** Waits for work, and lets a second pass whenever that work waits for the clock. */
async function finish<Result>(clock: ManualClock, settle: () => Promise<void>, work: Promise<Result>): Promise<Result> {
  let isDone = false
  const over = () => {
    isDone = true
  }
  work.then(over, over)
  for (await settle(); !isDone; await settle()) clock.pass(1000)
  return work
}

/** The same store, and a promise that resolves when nothing has been asked of it for some turns. */
function watched(store: Store): { readonly store: Store; readonly settle: () => Promise<void> } {
  let inHand = 0
  let asked = 0
  const tables = Object.entries(store).map(([name, table]) => {
    if (typeof table !== 'object' || table === null) return [name, table]
    const operations = Object.entries(table as Record<string, (...values: unknown[]) => Promise<unknown>>)
    const counted = operations.map(([verb, operation]) => [
      verb,
      async (...values: unknown[]) => {
        inHand++
        asked++
        try {
          return await operation(...values)
        } finally {
          inHand--
        }
      },
    ])
    return [name, Object.fromEntries(counted)]
  })
  const quietTurns = 15
  return {
    store: Object.fromEntries(tables) as Store,
    async settle() {
      for (let quiet = 0, before = -1; quiet < quietTurns; ) {
        await new Promise((resolve) => setImmediate(resolve))
        quiet = inHand === 0 && asked === before ? quiet + 1 : 0
        before = asked
      }
    },
  }
}

function measured(file: string): { readonly rows: Record<string, number>; readonly bytes: number } {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const names = database.prepare("select name from sqlite_master where type = 'table' order by name").all()
    const rows: Record<string, number> = {}
    for (const { name } of names) {
      if (/^(sqlite_|punctual_migrations|health|sweeps|database_identity|feed_end)/.test(String(name))) continue
      const found = database.prepare(`select count(*) as rows from "${name}"`).get()
      if (Number(found?.rows) > 0) rows[String(name)] = Number(found?.rows)
    }
    return { rows, bytes: statSync(file).size }
  } finally {
    database.close()
  }
}

const origin = 'https://auth.scripted.example'

/** Tokens that live for two hours, and the account that they are for. */
function scriptedFetch() {
  let issued = 0
  return async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    if (!new URL(request.url).pathname.endsWith('/token')) {
      const [, account = ''] = /^Bearer access:([^:]+):/.exec(request.headers.get('authorization') ?? '') ?? []
      return Response.json({ sub: account })
    }
    const form = new URLSearchParams(await request.text())
    const account = form.get('code') ?? form.get('refresh_token')?.split(':')[1] ?? ''
    issued++
    const [access, refresh] = [`access:${account}:${issued}`, `refresh:${account}:${issued}`]
    return Response.json({ access_token: access, refresh_token: refresh, token_type: 'bearer', expires_in: 7200 })
  }
}

if (import.meta.main) {
  const started = Date.now()
  await liveThrough({
    connections: Number(process.env.PUNCTUAL_YEAR_CONNECTIONS ?? 1000),
    days: Number(process.env.PUNCTUAL_YEAR_DAYS ?? 365),
    stepHours: 1,
    retention: {},
    bytesEach: 400_000,
    report(day, { rows, bytes }) {
      const minutes = ((Date.now() - started) / 60_000).toFixed(1)
      console.log(`day ${day}, ${minutes} min: ${(bytes / 1_048_576).toFixed(1)} MiB, ${JSON.stringify(rows)}`)
    },
  })
}
