// The operator's pages with ten connections and ten events, and with 10,000 and 100,000: how long each takes. By hand, not in npm
// test: `npm run bench:pages -- [--connections 10000] [--events 100000] [--plans]`. Prints the table of docs/guide/operating.md;
// with --plans also how SQLite runs each statement of a page that steps over many rows.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { createDashboard } from '../src/dashboard/index.ts'
import { sqlite } from '../src/store/sqlite.ts'
import { type Host, sandboxClients, startHost } from '../test/support/host.ts'
import { machine } from './harness/machine.ts'

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000' },
    events: { type: 'string', default: '100000' },
    plans: { type: 'boolean', default: false },
  },
})
const [connections, events] = [Number(values.connections), Number(values.events)]
const own = 'https://app.example'
const timedRuns = 31

interface Stage {
  readonly host: Host
  readonly file: string
  /** The id of an event that was given up, and of a connection. */
  readonly event: string
  readonly connection: string
  /** Answers a page, and returns how many ms of CPU it took: nothing here waits for anything else. */
  time(path: string): Promise<number>
}

async function stageOf(
  t: { after(end: () => unknown): void },
  counts: { connections: number; events: number },
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'punctual.db')
  const host = await startHost(t, { store: sqlite(file), deliverTo: { feed: true } })
  const { id } = await host.connect('calendly')
  await host.punctual.stop()
  fill(file, counts)
  const dashboard = createDashboard({
    punctual: host.punctual,
    clients: sandboxClients(host.sandbox),
    baseUrl: own,
    actor: () => 'ops',
    mayAct: () => true,
  })
  const { events: dead } = await host.punctual.events.list({ state: 'dead', limit: 1 })
  return {
    host,
    file,
    connection: id,
    event: dead[0]?.id ?? '',
    async time(path) {
      const began = process.cpuUsage()
      const answer = await dashboard.fetch(new Request(`${own}${path}`))
      await answer.text()
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
      return cpuMsSince(began)
    },
  }
}

const pathsOf = ({ connection, event }: Stage): Readonly<Record<string, string>> => ({
  overview: '/',
  connections: '/connections',
  'connections, searched': '/connections?text=owner+1',
  'connections that must be reconnected': '/connections?status=needs_reconnect',
  'connections that an error has touched': '/connections?error=group',
  'one connection': `/connections/${connection}`,
  events: '/events',
  'events that wait': '/events?state=pending',
  'events that were given up': '/events?state=dead',
  'one event': `/events/${event}`,
  webhooks: '/deliveries',
  'webhooks of one client': '/deliveries?client=calendly',
  attempts: '/attempts',
  clients: '/clients',
  audit: '/audit',
  errors: '/errors',
})

/** Copies what a first connection has left, and writes what a busy service has. */
function fill(file: string, counts: { connections: number; events: number }): void {
  const database = new DatabaseSync(file)
  const copy = (table: string, count: number, changed: Record<string, string>) => {
    const names = database
      .prepare(`pragma table_info(${table})`)
      .all()
      .map(({ name }) => String(name))
    const kept = names.filter((name) => changed[name] !== '')
    const picked = kept.map((name) => changed[name] ?? `"${name}"`)
    database.exec(`${numbers(count)} insert or ignore into ${table} (${kept.map((name) => `"${name}"`).join(', ')})
      select ${picked.join(', ')} from (select * from ${table} order by rowid limit 1), numbers`)
  }
  const run = (text: string, count: number) => database.exec(`${numbers(count)} ${text}`)
  const [many, all] = [counts.connections, counts.events]
  database.exec('begin')
  copy('grants', many, {
    id: `'grant_' || n`,
    account_id: `'account ' || n`,
    account_name: `'Name ' || n`,
    account_email: `'mail' || n || '@example.com'`,
    status: `case when n % 100 = 0 then 'over' else 'live' end`,
    due_at: `case when n % 100 = 0 then null else due_at + n end`,
  })
  copy('connections', many, {
    id: `'connection_' || n`,
    grant_id: `'grant_' || n`,
    account: `'account ' || n`,
    owner: `'owner ' || n`,
    created_at: 'created_at + n',
  })
  run(
    `insert or ignore into connection_terms (term, connection) select 'owner ' || n, 'connection_' || n from numbers`,
    many,
  )
  copy('history', many * 5, { seq: '', connection: `'connection_' || (n / 5)`, grant_id: `'grant_' || (n / 5)` })
  // Of a hundred events 97 are acknowledged, two wait and one was given up.
  copy('outbox', all, {
    seq: '',
    key: 'null',
    subject: `'copy ' || n`,
    state: `case when n % 100 < 97 then 'done' when n % 100 < 99 then 'pending' else 'dead' end`,
    ended_at: `case when n % 100 < 97 or n % 100 = 99 then created_at + n else null end`,
    created_at: 'created_at + n',
  })
  const log = `insert into activity_log (kind, at, client, subject, data) select`
  const now = Date.now()
  run(
    `${log} 'refusal', ${now}, 'calendly', null, '{"reason":"bad_signature","connection":null}' from numbers`,
    Math.min(2000, all),
  )
  run(
    `${log} 'attempt', ${now}, 'calendly', null, '{"reason":"expired","owner":"a"}' from numbers`,
    Math.min(2000, all),
  )
  run(
    `${log} 'audit', ${now}, null, null, '{"actor":"a","action":"test","subject":"b","outcome":"ok"}' from numbers`,
    all,
  )
  run(
    `${log} 'dispatch', ${now}, 'calendly', 'evt_' || n, '{"destination":"","outcome":"failed","attempt":1,"error":"x","durationMs":1}' from numbers`,
    Math.min(10_000, all),
  )
  run(
    `insert into error_groups (id, code, reason, client, count, first_at, last_at, sentence, connections)
      select case n when 1 then 'group' else 'group' || n end, 'provider_unavailable', 'reason' || n, 'calendly', n, ${now}, ${now}, 'It failed.', 5 from numbers`,
    Math.min(500, many),
  )
  run(
    `insert into error_connections (error, connection) select 'group', 'connection_' || n from numbers`,
    Math.min(1000, many),
  )
  run(
    `insert or ignore into tallies (kind, at, client, outcome, count)
      select 'call', ${now - (now % 600_000)} - n * 600000, 'calendly', 'ok', n from numbers`,
    144,
  )
  database.exec('commit; analyze')
  database.close()
}

function numbers(count: number): string {
  return `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count})`
}

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

const ends: (() => unknown)[] = []
const t = { after: (end: () => unknown) => void ends.unshift(end) }
const few = await stageOf(t, { connections: 9, events: 100 })
const many = await stageOf(t, { connections, events })
console.log(`${machine()}; ms of CPU, median of ${timedRuns} requests in turns\n`)
console.log(`| page | 10 connections, 100 events | ${connections} connections, ${events} events |`)
console.log('| --- | --- | --- |')
for (const [name, path] of Object.entries(pathsOf(few))) {
  const other = pathsOf(many)[name] ?? path
  const times: [number[], number[]] = [[], []]
  for (let run = 0; run < timedRuns + 3; run++) {
    times[0].push(await few.time(path))
    times[1].push(await many.time(other))
  }
  console.log(`| ${[name, ms(median(times[0].slice(3))), ms(median(times[1].slice(3)))].join(' | ')} |`)
}
const counted = [await count(few), await count(many)]
console.log(`| counting, which one page a minute waits for | ${counted.map(ms).join(' | ')} |`)
if (values.plans) await printPlans(many)
for (const end of ends) await end()

function cpuMsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

/** How long another process takes to count for the first time. */
async function count({ host, file }: Stage): Promise<number> {
  const other = host.another({ store: sqlite(file) })
  await other.operator.errors()
  const began = process.cpuUsage()
  await other.statistics()
  return cpuMsSince(began)
}

/** The statements that scan a table, or sort rows, on any page. */
async function printPlans(stage: Stage): Promise<void> {
  const seen = new Set<string>()
  const { all } = StatementSync.prototype
  Object.assign(StatementSync.prototype, {
    all(this: StatementSync, ...given: Parameters<typeof all>) {
      seen.add(this.sourceSQL)
      return all.apply(this, given)
    },
  })
  const byPage = new Map<string, string[]>()
  for (const [name, path] of Object.entries(pathsOf(stage))) {
    seen.clear()
    await stage.time(path)
    byPage.set(name, [...seen])
  }
  Object.assign(StatementSync.prototype, { all })
  const database = new DatabaseSync(stage.file, { readOnly: true })
  for (const [name, statements] of byPage)
    for (const text of statements) {
      const steps = database
        .prepare(`explain query plan ${text}`)
        .all()
        .map(({ detail }) => String(detail))
      // What is read of no row, for the names of the columns alone, is not slow.
      if (/where false/.test(text)) continue
      const slow = steps.filter((step) => /^SCAN (?!rows|found)|TEMP B-TREE/.test(step))
      if (slow.length > 0) console.log(`\n${name}: ${slow.join('; ')}\n  ${text}`)
    }
  database.close()
}
