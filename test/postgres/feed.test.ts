// Replicas that publish in one feed, and readers that poll it: no reader misses an event, whichever replica stops at which moment.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import type { Store } from '../../src/core/store/store.ts'
import { postgres } from '../../src/store/postgres.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { delivery } from '../store/fixtures.ts'
import { type PostgresServer, startPostgres } from './server.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

let schemas = 0
const engines: Record<string, (t: TestContext) => () => Promise<Store>> = {
  postgres(t) {
    const schema = `f${++schemas}`
    return () => opened(t, postgres({ url: server.url, schema, connections: 3, notify: false }))
  },
  sqlite(t) {
    const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    return () => opened(t, sqlite(join(folder, 'punctual.db')))
  },
}

for (const [engine, place] of Object.entries(engines))
  test(`readers of what three replicas publish see every event once, and each ordering key in order: ${engine}`, async (t) => {
    const open = place(t)
    const replicas = [await open(), await open(), await open()]
    const wanted = 150
    const seen: string[][] = [[], []]
    let arrived = 0
    const bring = async ({ outbox }: Store) => {
      for (let n = arrived++; n < wanted; n = arrived++)
        await outbox.accept([delivery(`k${n}`, { orderingKey: `s${n % 12}`, orderAt: n })])
    }
    const isOver = () => seen.every((read) => read.length >= wanted)
    const forward = async ({ outbox }: Store) => {
      while (!isOver()) await outbox.forward(() => ['feed', 'crm'], 5)
    }
    let takes = 0
    const publish = async ({ outbox, feed }: Store, name: string) => {
      while (!isOver())
        for (const { id, key } of await outbox.take(name, 4, 200, [], [], 'feed')) {
          // Its process ends between taking and publishing.
          if (++takes % 7 === 0) continue
          await feed.publish(id, key ?? '')
        }
    }
    const read = async ({ feed }: Store, into: string[]) => {
      for (let position = 0; into.length < wanted; ) {
        const { rows, readTo } = await feed.read({ after: position, limit: 10 })
        for (const [n, row] of rows.entries()) assert.equal(row.position, position + n + 1)
        into.push(...rows.map(({ body }) => body))
        position = readTo
      }
    }
    // What arrives after a later one was published cannot come before it.
    await Promise.all(replicas.map(bring))
    await Promise.all([
      ...replicas.flatMap((replica, n) => [forward(replica), publish(replica, `p${n}`)]),
      ...seen.map((into, n) => read(replicas[n] as Store, into)),
    ])
    for (const read of seen) {
      assert.deepEqual([read.length, new Set(read).size], [wanted, wanted])
      const byKey = Map.groupBy(
        read.map((key) => Number(key.slice(1))),
        (n) => n % 12,
      )
      for (const numbers of byKey.values())
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        )
    }
    assert.equal((await (replicas[0] as Store).outbox.list({ state: 'done', limit: 1000 })).length, wanted)
  })

test('an event that is published while an earlier one is not committed is not seen before it', async (t) => {
  const open = engines.postgres?.(t)
  assert.ok(open)
  const store = await open()
  await store.outbox.accept([delivery('k')])
  const [row] = await store.outbox.take('w', 1, 60_000)
  const session = await server.connect()
  t.after(() => session.end())
  // What another replica does that publishes, stopped before its commit.
  await session.query(`begin;
    update f${schemas}.feed_end set position = position + 1 where id = 1;
    insert into f${schemas}.feed (position, event, type, body, created_at) values (1, 'evt_first', 'x', 'first', 0)`)
  const publishing = store.feed.publish(row?.id ?? '', 'second')
  for (let waiting = 0; waiting === 0; )
    waiting = (await server.run('select pid from pg_locks where not granted')).length
  assert.deepEqual(await store.feed.read({ after: 0, limit: 5 }), { rows: [], readTo: 0, first: null, last: 0 })
  await session.query('commit')
  assert.equal(await publishing, true)
  const { rows } = await store.feed.read({ after: 0, limit: 5 })
  assert.deepEqual(
    rows.map(({ position, body }) => [position, body]),
    [
      [1, 'first'],
      [2, 'second'],
    ],
  )
})

async function opened(t: TestContext, store: Store): Promise<Store> {
  t.after(() => store.close())
  await store.open(systemClock)
  return store
}
