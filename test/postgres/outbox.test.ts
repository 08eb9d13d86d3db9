// The outbox of replicas: on Postgres, where they write at the same time, and on one SQLite file. An event is written
// only with its change; no two dispatchers get one event; and the events of one ordering key never overtake one
// another.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, type TestContext, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import type { Store } from '../../src/core/store/store.ts'
import { postgres } from '../../src/store/postgres.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { connect, delivery, entry, refreshedTokens, refusal, subscription } from '../store/fixtures.ts'
import { type PostgresServer, startPostgres } from './server.ts'

let server: PostgresServer
before(async () => {
  server = await startPostgres()
})
after(() => server.end())

interface Place {
  /** One more replica. */
  open(): Promise<Store>
  /** From now on writing the row of an event queue fails. */
  breakEventQueues(): Promise<void> | void
  mend(): Promise<void> | void
}

let schemas = 0
const engines: Record<string, (t: TestContext) => Place> = {
  postgres(t) {
    const schema = `o${++schemas}`
    return {
      open: () => opened(t, postgres({ url: server.url, schema, connections: 3, notify: false })),
      async breakEventQueues() {
        await server.run(`create function ${schema}.refuse() returns trigger language plpgsql as
          $$ begin raise exception 'no' using errcode = '53100'; end $$;
          create trigger refuse before insert on ${schema}.subjects
          for each row execute function ${schema}.refuse()`)
      },
      async mend() {
        await server.run(`drop trigger refuse on ${schema}.subjects`)
      },
    }
  },
  sqlite(t) {
    const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'punctual.db')
    const alter = (statement: string) => {
      const database = new DatabaseSync(file)
      database.exec(statement)
      database.close()
    }
    return {
      open: () => opened(t, sqlite(file)),
      breakEventQueues: () =>
        alter(`create trigger refuse before insert on subjects begin select raise(abort, 'no'); end`),
      mend: () => alter('drop trigger refuse'),
    }
  },
}

for (const [engine, place] of Object.entries(engines))
  describe(engine, () => {
    test('a change whose event cannot be written does not happen, and its event is not written without it', async (t) => {
      const at = place(t)
      const store = await at.open()
      const { connection } = await connect(store)
      store.announce(['connection.renewed', 'connection.disconnected', 'client.misconfigured'])
      await at.breakEventQueues()
      const away = { code: 'store_unavailable' }
      await assert.rejects(store.grants.commit(connection.grant, 1, refreshedTokens('t2'), entry), away)
      await assert.rejects(store.connections.detach(connection.id, entry), away)
      await store.clients.refuse('calendly', refusal('one'))
      await assert.rejects(store.clients.refuse('calendly', refusal('two')), away)
      await assert.rejects(store.outbox.accept([delivery('k')]), away)
      assert.equal((await store.grants.get(connection.grant))?.generation, 1)
      assert.equal((await store.connections.get(connection.id))?.status, 'active')
      assert.equal((await store.clients.refused('calendly'))[0]?.confirmed, false)
      assert.equal((await store.history.of(connection.id, 10)).length, 1)
      assert.deepEqual(await store.outbox.list({ limit: 10 }), [])
      await at.mend()
      assert.equal(await store.grants.commit(connection.grant, 1, refreshedTokens('t2'), entry), true)
      assert.deepEqual(await store.outbox.accept([delivery('k')]), [true])
      assert.equal((await store.outbox.take('w', 10, 60_000)).length, 2)
    })

    test('replicas that lease, fail and acknowledge while more arrives never have two events of one ordering key', async (t) => {
      const at = place(t)
      const replicas = [await at.open(), await at.open(), await at.open()]
      const wanted = 120
      const [dispatching, acknowledged, dispatches] = [new Set<string>(), new Set<string>(), new Map<string, number>()]
      let arrived = 0
      // Later events arrive before earlier ones, and each arrives twice.
      const bring = async (replica: Store) => {
        for (let n = arrived++; n < wanted; n = arrived++) {
          const facts = { orderingKey: `s${n % 6}`, orderAt: (n * 7919) % wanted }
          const took = await Promise.all([
            replica.outbox.accept([delivery(`k${n}`, facts)]),
            replicas[n % 3]?.outbox.accept([delivery(`k${n}`, facts)]),
          ])
          assert.equal(took.flat().filter(Boolean).length, 1)
        }
      }
      const take = async ({ outbox }: Store, name: string) => {
        while (acknowledged.size < wanted)
          for (const { id, orderingKey, key } of await outbox.take(name, 4, 60_000)) {
            assert.ok(!dispatching.has(orderingKey), `two of ${orderingKey} at once`)
            assert.ok(!acknowledged.has(id), `${key} was acknowledged`)
            dispatching.add(orderingKey)
            const nth = (dispatches.get(id) ?? 0) + 1
            dispatches.set(id, nth)
            await outbox.get(id)
            dispatching.delete(orderingKey)
            if (nth === 1 && Number(key?.slice(1)) % 5 === 0) assert.ok(await outbox.fail(id, name, 'no', 0))
            else {
              acknowledged.add(id)
              assert.ok(await outbox.acknowledge(id))
            }
          }
      }
      const dispatchers = replicas.flatMap((replica, n) => [take(replica, `a${n}`), take(replica, `b${n}`)])
      await Promise.all([...replicas.map(bring), ...dispatchers])
      const [store] = replicas
      const rows = (await store?.outbox.list({ limit: 1000 })) ?? []
      assert.deepEqual([rows.length, rows.every(({ state }) => state === 'done')], [wanted, true])
      assert.deepEqual([await store?.outbox.nextDue(), dispatches.size], [null, wanted])
    })
  })

test('takeDue skips subscriptions that another transaction has locked', async (t) => {
  const at = engines.postgres?.(t)
  assert.ok(at)
  const store = await at.open()
  for (const id of ['held', 'free']) await store.subscriptions.insert(subscription(id, { scope: id }), null, -1000)
  const session = await server.connect()
  t.after(() => session.end())
  await session.query(`begin; select * from o${schemas}.subscriptions where id = 'held' for update`)
  const ids = async () => (await store.subscriptions.takeDue(5, 60_000)).map(({ id }) => id)
  assert.deepEqual([await ids(), await ids()], [['free'], []])
  await session.query('rollback')
  assert.deepEqual(await ids(), ['held'])
})

test('take skips a queue that another transaction has locked, and an event that arrives there waits for it', async (t) => {
  const at = engines.postgres?.(t)
  assert.ok(at)
  const store = await at.open()
  await store.outbox.accept([delivery('held', { orderingKey: 'held', orderAt: 2 })])
  await store.outbox.accept([delivery('free', { orderingKey: 'free' })])
  const session = await server.connect()
  t.after(() => session.end())
  await session.query(`begin; select * from o${schemas}.subjects where subject = 'held' for update`)
  const keys = async () => (await store.outbox.take('w', 5, 60_000)).map(({ key }) => key)
  assert.deepEqual([await keys(), await keys()], [['free'], []])
  let accepted = false
  const accepting = store.outbox
    .accept([delivery('earlier', { orderingKey: 'held', orderAt: 1 })])
    .then(([first = false]) => {
      accepted = first
    })
  assert.deepEqual([await keys(), accepted], [[], false])
  await session.query('commit')
  await accepting
  assert.deepEqual([accepted, await keys()], [true, ['earlier']])
})

test('an event that is written while the one before it is acknowledged is dispatched', async (t) => {
  const at = engines.postgres?.(t)
  assert.ok(at)
  const store = await at.open()
  await store.outbox.accept([delivery('first')])
  const [first] = await store.outbox.take('w', 1, 60_000)
  const session = await server.connect()
  t.after(() => session.end())
  // What a replica does that accepts another delivery, stopped before its commit.
  await session.query(`begin;
    insert into o${schemas}.outbox (type, subject, client, data, state, order_at, late, attempts, due_at, created_at)
      values ('x', 'one', 'calendly', '{}', 'pending', 20000, 0, 0, 0, 0);
    update o${schemas}.subjects set due_at = due_at where subject = 'one'`)
  const acknowledging = store.outbox.acknowledge(first?.id ?? '')
  for (let waiting = 0; waiting === 0; )
    waiting = (await server.run('select pid from pg_locks where not granted')).length
  await session.query('commit')
  assert.equal(await acknowledging, true)
  assert.equal(await store.outbox.nextDue(), 0)
  assert.equal((await store.outbox.take('w', 5, 60_000)).length, 1)
})

async function opened(t: TestContext, store: Store): Promise<Store> {
  t.after(() => store.close())
  await store.open(systemClock)
  return store
}
