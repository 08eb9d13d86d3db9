// With 10,000 connections and 100,000 events each page sends the statements that it sends with ten, and reads as few rows.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { createDashboard } from '../../src/dashboard/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { sandboxClients, startHost } from '../support/host.ts'

const own = 'https://app.example'

test('each page sends as many statements for 10,000 connections and 100,000 events as for ten', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'punctual.db')
  const host = await startHost(t, { store: sqlite(file), deliverTo: () => {} })
  const { id } = await host.connect('calendly')
  const clients = sandboxClients(host.sandbox)
  const dashboard = createDashboard({
    punctual: host.punctual,
    clients,
    baseUrl: own,
    actor: () => 'ops',
    mayAct: () => true,
  })
  // What was measured so far is written now, and not among the statements of a page. The next use opens the store again.
  await host.punctual.stop()
  const sent = countStatements(t)
  const paths = ['/', '/connections', '/connections?text=owner', `/connections/${id}`, '/events', '/events?state=done']
  paths.push('/deliveries', '/attempts', '/clients', '/audit', '/errors')

  async function costs(): Promise<Record<string, number>> {
    // Connections and events are counted once a minute, a few thousand at a time: that is not the page's.
    await host.punctual.statistics()
    const found: Record<string, number> = {}
    for (const path of paths) {
      const before = sent()
      const answer = await dashboard.fetch(new Request(`${own}${path}`))
      await answer.text()
      assert.equal(answer.status, 200, path)
      found[path] = sent() - before
    }
    return found
  }

  fill(file, 9, 9)
  await costs()
  const few = await costs()
  assert.ok(
    Object.values(few).every((count) => count > 0 && count < 40),
    JSON.stringify(few),
  )
  fill(file, 10_000, 100_000)
  assert.deepEqual(await costs(), few)
})

/** Copies the first connection, with its terms, and the first event, until there are so many more. */
function fill(file: string, connections: number, events: number): void {
  const database = new DatabaseSync(file)
  const numbers = (count: number) =>
    `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count})`
  const copy = (table: string, count: number, changed: Record<string, string>, first: string) => {
    const names = database
      .prepare(`pragma table_info(${table})`)
      .all()
      .map(({ name }) => String(name))
    const kept = names.filter((name) => changed[name] !== '')
    const values = kept.map((name) => changed[name] ?? `"${name}"`)
    database.exec(
      `${numbers(count)} insert or ignore into ${table} (${kept.map((name) => `"${name}"`).join(', ')})
        select ${values.join(', ')} from (select * from ${table} order by ${first} limit 1), numbers`,
    )
  }
  database.exec('begin')
  copy(
    'connections',
    connections,
    { id: `'connection_' || n`, owner: `'owner ' || n`, created_at: 'created_at + n' },
    'created_at',
  )
  copy('outbox', events, { seq: '', key: 'null', subject: `'copy ' || n`, state: `'done'` }, 'seq')
  database.exec(
    `${numbers(connections)} insert or ignore into connection_terms (term, connection) select 'owner ' || n, 'connection_' || n from numbers`,
  )
  database.exec('commit')
  database.close()
}

/** Returns a function that says how many statements were run so far. */
function countStatements(t: TestContext): () => number {
  let count = 0
  const { all, run } = StatementSync.prototype
  const counted = <Work extends (...values: never[]) => unknown>(work: Work): Work =>
    function (this: StatementSync, ...values: never[]) {
      count++
      return work.apply(this, values)
    } as Work
  Object.assign(StatementSync.prototype, { all: counted(all), run: counted(run) })
  t.after(() => Object.assign(StatementSync.prototype, { all, run }))
  return () => count
}
