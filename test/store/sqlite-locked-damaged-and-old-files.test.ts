// SQLite files that are locked by another process, have a backlog, are damaged, are copies, or are of an earlier
// version.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sqlite } from '../../src/store/sqlite.ts'
import { claimBy, connect, delivery, entry, exchanged, subscription, virtualClock } from './fixtures.ts'

test("another process's lock blocks neither the event loop nor what this process reads", async (t) => {
  const file = join(place(t), 'punctual.db')
  const store = sqlite(file)
  await store.open(virtualClock())
  const { grant } = (await connect(store)).connection
  const other = new DatabaseSync(file)
  t.after(() => other.close())
  other.exec('begin immediate')
  const writing = [store.grants.touch(grant), store.connections.detach('nothing', entry)]
  assert.equal((await store.grants.get(grant))?.generation, 1)
  const another = sqlite(file)
  const opening = another.open(virtualClock())
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setTimeout(resolve))
  other.exec('commit')
  await Promise.all([...writing, opening])
  await Promise.all([store.close(), another.close()])
})

test('a backlog does not block the event loop', async (t) => {
  const file = join(place(t), 'punctual.db')
  const store = sqlite(file)
  const clock = virtualClock()
  await store.open(clock)
  alter(
    file,
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
      insert into outbox (type, subject, client, data, state, order_at, late, attempts, due_at, created_at)
      select 'x', i, 'calendly', '{}', 'pending', i, 0, 0, 0, 0 from n;
    insert into subjects (subject, due_at) select subject, 0 from outbox`,
  )
  let turns = 0
  const turn = setInterval(() => turns++)
  t.after(() => clearInterval(turn))
  let leased = 0
  for (let rows = 1; rows > 0; leased += rows) rows = (await store.outbox.take('w', 50, 60_000)).length
  assert.equal(leased, 10_000)
  assert.ok(turns > 5, `${turns} turns`)
  await store.close()
})

test('a damaged row does not prevent the reading of others, and a grant with damaged fallback sets can end', async (t) => {
  const file = join(place(t), 'punctual.db')
  const store = sqlite(file)
  const clock = virtualClock()
  await store.open(clock)
  const ids: string[] = []
  for (const account of ['a', 'b']) {
    ids.push((await connect(store, { account, grant: { dueInMs: 0 } })).connection.grant)
    await exchanged(store, account)
    await store.outbox.accept([delivery(account, { orderingKey: account })])
    await store.subscriptions.insert(subscription(account, { scope: account }), null, 0)
  }
  alter(
    file,
    `update grants set scopes = '[', spares = 'x', expires_at = 9223372036854775807 where account_id = 'a';
    update attempts set scopes = '', outcome = '{' where id = 'a'; update history set data = 'null';
    update outbox set data = '[]', order_at = 9223372036854775807 where key = 'a';
    update subscriptions set events = '7' where id = 'a'`,
  )
  assert.deepEqual((await store.grants.takeDue('calendly', 5, 60_000)).sort(), ids.sort())
  assert.equal((await store.outbox.take('w', 5, 1000)).length, 2)
  assert.equal((await store.subscriptions.takeDue(5, 1000)).length, 2)
  assert.equal((await store.attempts.stranded(0, 5, null)).length, 2)
  assert.equal(await store.outbox.hasAccepted('a', ['created']), false)
  const [damaged] = (await store.connections.list({ limit: 5 })).filter(({ account }) => account.id === 'a')
  assert.deepEqual([damaged?.scopes, (await store.history.of(damaged?.id ?? '', 1))[0]?.data], [[], {}])
  const row = await store.grants.get(damaged?.grant ?? '')
  assert.deepEqual([row?.scopes, row?.fallbackTokens, row?.expiresAt], [[], [], Number.MAX_SAFE_INTEGER])
  assert.equal(await store.grants.end(row?.id ?? '', 1, 'refused', entry), false)
  assert.equal(await store.grants.useFallback(row?.id ?? '', 1), false)
  assert.equal(await store.grants.end(row?.id ?? '', 1, 'refused', entry), true)
  await store.close()
})

test('the file of an earlier version gets a name, and a lease left in it holds for the longest time of a lease', async (t) => {
  const file = join(place(t), 'punctual.db')
  const store = sqlite(file)
  const clock = virtualClock()
  assert.equal(store.folder, dirname(file))
  await store.open(clock)
  const { grant } = (await connect(store)).connection
  const over = (await connect(store, { account: 'over', connection: 'over' })).connection
  await store.grants.end(over.grant, 1, 'refused', entry)
  await store.close()
  alter(
    file,
    `drop table ended_ids; drop index grants_closed; alter table grants drop column closed_at; drop index connections_ended; drop index attempts_owner;
    drop index grants_tokens_key; drop index grants_fallbacks; drop index attempts_verifier_key; drop index attempts_code_key;
    drop index attempts_answer_key; drop index outbox_body_key; drop index subscriptions_secrets_key;
    alter table grants drop column lifetime; drop table sweeps; drop table database_identity; drop table booking_keys; drop table booking_links; drop table connect_sessions; drop table api_keys; drop table tallies; drop table error_groups; drop table error_connections; drop table activity_log; drop table connection_terms; drop index subscriptions_failing; alter table attempts drop column session; drop index attempts_ended; drop index attempts_begun;
    drop index attempts_left_over; drop index attempts_expired; create index attempts_phase on attempts (phase, moved_at);
    drop index connections_order; drop index connections_owner; drop index connections_client;
    alter table connections drop column needs_reconnect; create index connections_order on connections (created_at, id);
    drop table feed; drop table feed_end; drop index outbox_key; drop index outbox_event;
    drop index subjects_due; drop index subjects_frozen; create index subjects_due on subjects (due_at, subject);
    alter table outbox drop column event; alter table outbox drop column destination;
    alter table subjects drop column destination;
    create unique index outbox_key on outbox (key) where key is not null;
    drop index outbox_state; drop index outbox_owner; drop index outbox_ownerless;
    create index outbox_open on outbox (state, seq) where state != 'done';
    alter table grants drop column refusals; alter table grants drop column refused_since; drop table clients;
    create table clients (client text primary key, reason text, since bigint, probe_at bigint, times bigint);
    insert into clients values ('c', 'invalid_client', 1, 1, 1);
    delete from punctual_migrations where name > '0002_events';
    update grants set lease_owner = 'killed', lease_until = ${clock.now() + 30_000}`,
  )
  await store.open(clock)
  assert.match(await store.identity(), /^db_/)
  const listed = async (status: 'active' | 'needs_reconnect') =>
    (await store.connections.list({ status, limit: 5 })).map(({ account }) => account.id)
  assert.deepEqual([await listed('active'), await listed('needs_reconnect')], [['one'], ['over']])
  const row = await store.grants.get(grant)
  assert.deepEqual([row?.lifetimeMs, row?.leaseOwner, row?.leaseLeftMs], [null, 'killed', 30_000])
  assert.deepEqual([row?.refusals, row?.refusedSince, await store.clients.refused('c')], [0, null, []])
  assert.equal(await store.grants.claim(grant, 1, claimBy('w')), null)
  clock.pass(30_000)
  assert.ok(await store.grants.claim(grant, 1, claimBy('w')))
  await store.close()
})

test('a copy of the file keeps the name of the original database', async (t) => {
  const folder = place(t)
  const [store, copy] = [sqlite(join(folder, 'punctual.db')), sqlite(join(folder, 'copy.db'))]
  await store.open(virtualClock())
  alter(join(folder, 'punctual.db'), `vacuum into '${join(folder, 'copy.db')}'`)
  await copy.open(virtualClock())
  assert.equal(await copy.identity(), await store.identity())
  await Promise.all([store.close(), copy.close()])
})

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function alter(file: string, statement: string): void {
  const database = new DatabaseSync(file)
  database.exec(statement)
  database.close()
}
