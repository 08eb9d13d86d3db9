// No statement that SQLite runs after the start reads a whole table. SQLite plans without counting rows, since Punctual
// never runs ANALYZE: the plan for an empty file is the plan for a million rows.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { announcedTypes } from '../../src/core/events.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { virtualClock } from './fixtures.ts'
import { liveWhole } from './whole-life.ts'

/** Tables with one row, or one for a client or a kind of sweep. */
const small = /^(clients|health|sweeps|database_identity)$/

/** Statements that read a table from one end, as many rows as they return. */
const fromTheEnd = [
  // The first page of all API keys.
  /from "api_keys" order by "created_at", "id" limit/,
  // The newest events of all.
  /from "outbox" where "seq" in \(select "seq" from "outbox" where (?:"seq" < \? and )?"state" != \? order by "seq" desc limit/,
  // The queue that is due next, and the one that is due last.
  /select "due_at" from "subjects" (where .+)?order by "due_at" (desc )?limit/,
  // The oldest entries of the history.
  /from \(select "seq", "at" from "history" order by "seq" limit \?\) as "oldest"/,
  // The subscriptions that something prevents: the index has no others.
  /from "subscriptions" where "detail" is not null and "removed_at" is null order by "id" limit/,
  // The error groups that were seen last.
  /from "error_groups" order by "last_at" desc, "id" desc limit/,
  // All error groups: a few hundred at most.
  /from "error_groups" order by "id"$/,
  // Grants with fallback token sets: the index has no others.
  /select "spares" from "grants" where spares <> '\[\]' order by "id" limit/,
  // The first position of the feed.
  /\(select "feed"\."position" from "feed" order by "feed"\."position" limit \?\) as "first"/,
]

/** Statements that sort no more than they return: a page, or what belongs to one connection or grant. */
const sortsItsRows = [
  /from "connections" .+ where "connections"."id" in \((?:select |\?)/,
  /from "connections" .*where "grant_id" = \? and "disconnected" = \? .*order by/,
  /from "clients" where "client" = \?/,
  /from "history" where (?:"seq" < \? and )?"connection" = \?/,
  /from "outbox" where "seq" in \(select /,
  // The next events of an owner, and those of nobody.
  /select "ends"\."first", "ends"\."last", "found"\."position"/,
  /from "subscriptions" where "connection" = \? and "removed_at" is null order by/,
  // Grants that have begun to close and are not closed yet.
  /^with "old" as materialized/,
  // What is kept about one owner, for an export.
  /where .*"owner" = \?.* order by .+ limit \? offset \?$/,
  // Which of two ends of a time that no clock can have written.
  /^with "ahead" as materialized/,
]

test('no statement scans a table, or sorts more rows than it returns', async (t) => {
  const file = temporaryFile(t)
  const sent = noteStatements(t)
  const store = sqlite(file)
  await store.open(virtualClock())
  sent.clear()
  await liveWhole(store, announcedTypes)
  await store.close()
  const statements = [...sent].filter((text) => /^(select|update|delete|with|insert)\b/.test(text))
  assert.ok(statements.length > 80, `${statements.length} statements`)
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  const slow = statements.filter((text) => isSlow(text, planOf(database, text)))
  assert.deepEqual(
    slow.map((text) => `${text}\n${planOf(database, text).join('\n')}`),
    [],
  )
})

test('a statement that scans or sorts is found', async (t) => {
  const file = temporaryFile(t)
  const store = sqlite(file)
  await store.open(virtualClock())
  await store.close()
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  for (const text of [
    'select * from grants where account_email = ?',
    'select * from outbox where error is not null order by seq desc limit 5',
    `select * from connections where owner = ? order by updated_at`,
    'delete from history where at < ?',
  ])
    assert.ok(isSlow(text, planOf(database, text)), text)
})

function isSlow(text: string, plan: readonly string[]): boolean {
  const scans = plan.some((step) => {
    // A table by its own name: rows of a part of the statement have another.
    const [, table = ''] = /^SCAN (\w+)/.exec(step) ?? []
    return bigTables.includes(table) && !small.test(table)
  })
  const sorts = plan.some((step) => step.includes('USE TEMP B-TREE'))
  const isAmong = (known: readonly RegExp[]) => known.some((pattern) => pattern.test(text))
  return (scans && !isAmong(fromTheEnd)) || (sorts && !isAmong(sortsItsRows))
}

const bigTables = [
  'attempts',
  'grants',
  'connections',
  'history',
  'outbox',
  'feed',
  'subjects',
  'subscriptions',
  'booking_keys',
  'booking_links',
  'connect_sessions',
  'api_keys',
  'tallies',
  'error_groups',
  'error_connections',
  'activity_log',
  'connection_terms',
  'ended_ids',
]

function planOf(database: DatabaseSync, text: string): string[] {
  return database
    .prepare(`explain query plan ${text}`)
    .all()
    .map(({ detail }) => String(detail))
}

/** The texts of all statements that are prepared from now on. */
function noteStatements(t: TestContext): Set<string> {
  const texts = new Set<string>()
  const prepare = DatabaseSync.prototype.prepare
  DatabaseSync.prototype.prepare = function (text, ...rest) {
    texts.add(text)
    return prepare.call(this, text, ...rest)
  }
  t.after(() => {
    DatabaseSync.prototype.prepare = prepare
  })
  return texts
}

function temporaryFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'punctual.db')
}
