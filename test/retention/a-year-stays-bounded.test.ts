// A year of hourly use stays small: what is kept grows with the connections and with the ages of the option `retention`, not
// with the time. On a virtual clock, with the background of the service and its feed. `npm run test:year` runs the whole of
// it, 100 connections for a year, and prints the rows of each table and the size of the database file. The bounds are counted
// for each connection; PUNCTUAL_YEAR_CONNECTIONS and PUNCTUAL_YEAR_DAYS name another size.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { Store } from '../../src/core/store/store.ts'
import { createPunctual, type Punctual, type Retention } from '../../src/index.ts'
import { defineProvider } from '../../src/providers/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { cookieOf, locationOf } from '../support/host.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { baseUrl, testKey } from '../support/settings.ts'

const isFull = process.env.PUNCTUAL_FULL === '1'
const [count, days] = isFull
  ? [Number(process.env.PUNCTUAL_YEAR_CONNECTIONS ?? 100), Number(process.env.PUNCTUAL_YEAR_DAYS ?? 365)]
  : [3, 8]
const hourMs = 3_600_000
/** From one use to the next. */
const stepHours = isFull ? 1 : 2
const dayMs = 24 * hourMs
/** In the small size everything is kept for so short that eight days show that nothing grows. */
const retention: Partial<Retention> = isFull
  ? {}
  : { historyMs: 3 * dayMs, historyEntries: 50, feedMs: 2 * dayMs, countsMs: dayMs, endedConnectionsMs: 2 * dayMs }

test(`${count} connections, used all the time for ${days} days, stay within their bound`, {
  timeout: 86_400_000,
}, async (t) => {
  const world = await startWorld(t)
  const owners = Array.from({ length: count }, (_, index) => `owner ${index}`)
  for (const owner of owners) await world.finish(world.connect(owner))
  world.punctual.start()
  for (let hour = 0; hour < days * 24; hour += stepHours) {
    await world.pass(stepHours * hourMs)
    await world.finish(world.useAll())
    // People come and go.
    if (hour % 24 === 12) await world.finish(world.replaceOne())
    if (isFull && hour % (24 * 30) === 0) t.diagnostic(`day ${hour / 24}: ${JSON.stringify(world.measure())}`)
  }
  await world.finish(world.punctual.stop())
  const { rows, bytes } = world.measure()
  t.diagnostic(`rows: ${JSON.stringify(rows)}; the file: ${(bytes / 1_048_576).toFixed(1)} MiB`)
  const most = bounds(count, days)
  for (const [table, found] of Object.entries(rows))
    assert.ok(found <= (most[table] ?? 0), `${table} has ${found} rows, more than ${most[table] ?? 0}`)
  // What an empty database has, and so much for each connection.
  assert.ok(bytes < 1_000_000 + count * (isFull ? 800_000 : 400_000), `${bytes} bytes`)
})

/** What each table may hold: of each connection a token set every two hours, and one connection that ends each day. */
function bounds(connections: number, days: number): Readonly<Record<string, number>> {
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

async function startWorld(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'punctual.db')
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
  t.after(() => punctual.stop())
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
