// What an escrow does for a Punctual whose rows go back in time, and what one that fails does not do to it.

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { EscrowPlace } from '../../src/core/escrow-place.ts'
import type { Punctual, PunctualEvent } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { startHost, startQuietHost } from '../support/host.ts'

/** A host on a file whose rows can be put back. */
async function startOnFile(t: TestContext, isKept: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'punctual.db')
  const escrow = isKept ? join(folder, 'escrow') : null
  const host = await startHost(t, { store: sqlite(file), escrow })
  const run = (statement: string, ...values: SQLInputValue[]) => {
    const database = new DatabaseSync(file)
    const rows = database.prepare(statement).all(...values)
    database.close()
    return rows
  }
  const rowOf = () => run('select tokens, generation, expires_at, status, reason from grants')[0] ?? {}
  const putBack = (row: Record<string, SQLInputValue>) =>
    run(
      'update grants set tokens = ?, generation = ?, expires_at = ?, status = ?, reason = ?',
      ...['tokens', 'generation', 'expires_at', 'status', 'reason'].map((name) => row[name] ?? null),
    )
  const [journal, backup] = [join(folder, 'journal'), join(folder, 'backup.db')]
  return { host, file, journal, backup, run, rowOf, putBack, faults: faultsOf(host.punctual) }
}

function faultsOf(punctual: Punctual): PunctualEvent[] {
  const faults: PunctualEvent[] = []
  punctual.on((event) => event.type === 'fault' && faults.push(event))
  return faults
}

const reasonsOf = (faults: readonly PunctualEvent[], code: string) =>
  faults.flatMap((event) => (event.type === 'fault' && event.code === code ? [event.reason] : []))

test('a row that goes back under a running process is healed before its spent token is presented', async (t) => {
  const { host, rowOf, putBack, faults } = await startOnFile(t, true)
  const connection = await host.connect('calendly')
  const row = rowOf()
  host.sandbox.clock.advance(3 * 3600)
  assert.equal((await connection.token()).generation, 2)
  putBack(row)
  host.sandbox.clock.advance(3 * 3600)
  host.forget()
  assert.equal((await connection.token()).generation, 3)
  assert.equal(host.tokenRequests(), 1)
  assert.deepEqual(reasonsOf(faults, 'store_went_back'), ['healed'])
  const { items } = await host.punctual.operator.history(connection.id)
  assert.ok(items.some(({ kind }) => kind === 'healed'))
})

test('a row that goes back under a running process is healed before its tokens are revoked', async (t) => {
  const { host, rowOf, putBack, faults } = await startOnFile(t, true)
  const connection = await host.connect('calendly')
  const row = rowOf()
  host.sandbox.clock.advance(3 * 3600)
  const { accessToken } = await connection.token()
  putBack(row)
  await connection.disconnect()
  const headers = { authorization: `Bearer ${accessToken}` }
  assert.equal((await fetch(`${host.sandbox.calendly.hosts.api}/users/me`, { headers })).status, 401)
  assert.deepEqual(reasonsOf(faults, 'store_went_back'), ['healed'])
  assert.deepEqual([rowOf().status, rowOf().generation], ['closed', 2])
})

test('a grant that ended after the backup ends again, without its token being presented', async (t) => {
  const { host, rowOf, putBack } = await startOnFile(t, true)
  const connection = await host.connect('calendly')
  const row = rowOf()
  host.sandbox.revoke({ provider: 'calendly', account: connection.account.email ?? '' })
  host.sandbox.clock.advance(3 * 3600)
  await assert.rejects(connection.token(), { code: 'needs_reconnect' })
  await host.punctual.stop()
  putBack(row)
  host.forget()
  const restarted = host.another()
  await assert.rejects((await restarted.connections.get(connection.id)).token(), { code: 'needs_reconnect' })
  assert.equal(host.tokenRequests(), 0)
})

test('a person who connects again after a restore that lost the grant is ahead of the escrow', async (t) => {
  const { host, run, rowOf } = await startOnFile(t, true)
  const lost = await host.connect('calendly')
  host.sandbox.clock.advance(3 * 3600)
  assert.equal((await lost.token()).generation, 2)
  await host.punctual.stop()
  run('delete from connections')
  run('delete from grants')
  const again = host.another()
  const faults = faultsOf(again)
  const connection = await host.connect('calendly', { through: again })
  assert.equal(rowOf().generation, 3)
  await again.stop()
  host.sandbox.clock.advance(3 * 3600)
  const restarted = host.another()
  assert.equal((await (await restarted.connections.get(connection.id)).token()).generation, 4)
  assert.deepEqual(faults, [])
})

test('a set that a crash kept from the store comes back from the escrow', async (t) => {
  const { host, rowOf, putBack } = await startOnFile(t, true)
  const connection = await host.connect('calcom')
  const row = rowOf()
  host.sandbox.clock.advance(3 * 3600)
  await connection.token()
  await host.punctual.stop()
  // As if the process had ended between the two writes.
  putBack(row)
  host.forget()
  const restarted = host.another()
  assert.equal((await (await restarted.connections.get(connection.id)).token()).generation, 2)
  assert.equal(host.tokenRequests(), 0)
})

test('a connection that was disconnected after the backup is so again, unless its owner took it up again', async (t) => {
  const { host, file, backup } = await startOnFile(t, true)
  const [ended, resumed] = [await host.connect('calendly'), await host.connect('calcom')]
  await host.punctual.stop()
  copyFileSync(file, backup)
  await ended.disconnect()
  await resumed.disconnect()
  assert.equal((await host.connect('calcom')).id, resumed.id)
  await host.punctual.stop()
  copyFileSync(backup, file)
  host.sandbox.clock.advance(3 * 3600)
  const restarted = host.another()
  await restarted.ready()
  const statusOf = async (id: string) => (await restarted.connections.get(id)).status
  assert.deepEqual([await statusOf(ended.id), await statusOf(resumed.id)], ['disconnected', 'active'])
  await (await restarted.connections.get(resumed.id)).token()
})

test('a connection that was taken up again after the backup is so again, with its newest tokens', async (t) => {
  const { host, file, backup } = await startOnFile(t, true)
  const connection = await host.connect('calendly')
  await connection.disconnect()
  await host.punctual.stop()
  copyFileSync(file, backup)
  assert.equal((await host.connect('calendly')).id, connection.id)
  host.sandbox.clock.advance(3 * 3600)
  assert.equal((await connection.token()).generation, 3)
  await host.punctual.stop()
  copyFileSync(backup, file)
  host.forget()
  const restarted = host.another()
  await restarted.ready()
  const again = await restarted.connections.get(connection.id)
  assert.equal(again.status, 'active')
  assert.equal((await again.token()).generation, 3)
  assert.equal(host.tokenRequests(), 0)
})

test('a set of the journal goes onto the healed row, and no spent set becomes a fallback of it', async (t) => {
  const { host, journal, run, rowOf, putBack } = await startOnFile(t, true)
  const first = host.another({ journal })
  const connection = await host.connect('calcom', { through: first })
  const old = rowOf()
  host.sandbox.clock.advance(3 * 3600)
  await connection.token()
  run(`create trigger away before update of tokens on grants begin select raise(abort, 'away'); end`)
  host.sandbox.clock.advance(3 * 3600)
  await connection.token()
  assert.equal(readdirSync(journal).length, 1)
  await first.stop()
  run('drop trigger away')
  putBack(old)
  host.forget()
  const restarted = host.another({ journal })
  const same = await restarted.connections.get(connection.id)
  assert.equal((await same.token()).generation, 3)
  assert.equal(run('select spares from grants')[0]?.spares, '[]')
  assert.deepEqual([readdirSync(journal).length, host.tokenRequests()], [0, 0])
})

test('without an escrow a row that this process has seen further is reported once', async (t) => {
  const { host, rowOf, putBack, faults } = await startOnFile(t, false)
  const connection = await host.connect('calendly')
  const row = rowOf()
  host.sandbox.clock.advance(3 * 3600)
  await connection.token()
  putBack(row)
  host.sandbox.clock.advance(3 * 3600)
  await assert.rejects(connection.token(), { code: 'needs_reconnect' })
  assert.deepEqual(reasonsOf(faults, 'store_went_back'), ['older_generation'])
})

const full = () => Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' }))
const empty: EscrowPlace = {
  append: async () => {},
  read: async () => ({ texts: [], position: {}, bytes: 0 }),
  compact: async () => {},
}

test('an escrow that cannot be written, or does not answer, fails no refresh and is reported once an hour', async (t) => {
  for (const append of [full, () => new Promise<never>(() => {})]) {
    const host = await startQuietHost(t, { escrow: { ...empty, append } })
    const faults = faultsOf(host.punctual)
    const connection = await host.connect('calendly')
    for (let generation = 2; generation < 5; generation++)
      assert.equal((await connection.refresh()).generation, generation)
    assert.equal(reasonsOf(faults, 'escrow_unwritable').length, 1)
  }
})

test('an escrow that cannot be read holds everything until it can', async (t) => {
  let isReadable = false
  const read: EscrowPlace['read'] = async (since) => {
    if (isReadable) return empty.read(since)
    throw Object.assign(new Error(), { code: 'EACCES' })
  }
  const store = memory()
  const host = await startQuietHost(t, { store })
  const connection = await host.connect('calendly')
  host.sandbox.clock.advance(3 * 3600)
  host.forget()
  const beside = host.another({ store, escrow: { ...empty, read } })
  await assert.rejects(beside.ready(), { code: 'store_unavailable', reason: 'escrow_unreadable' })
  const same = await beside.connections.get(connection.id)
  await assert.rejects(same.token(), { code: 'store_unavailable', reason: 'escrow_unreadable' })
  await assert.rejects(same.disconnect(), { code: 'store_unavailable', reason: 'escrow_unreadable' })
  assert.equal(host.tokenRequests(), 0)
  isReadable = true
  await beside.ready()
  assert.equal((await same.token()).generation, 2)
})

test('stop() closes the escrow, once nothing is written to it any more', async (t) => {
  const steps: string[] = []
  const append = async () => void steps.push('append')
  const close = async () => void steps.push('close')
  const host = await startQuietHost(t, { escrow: { ...empty, append, close } })
  await host.connect('calendly')
  await host.punctual.stop()
  assert.deepEqual([steps.at(-1), steps.filter((step) => step === 'close').length], ['close', 1])
  assert.ok(steps.length > 1)
})

test('while rows are healed for long, ready() says so', async (t) => {
  const healing = Promise.withResolvers<void>()
  const read: EscrowPlace['read'] = async (since) => {
    await healing.promise
    return empty.read(since)
  }
  const host = await startQuietHost(t, { escrow: { ...empty, read } })
  await assert.rejects(host.punctual.ready(), { code: 'store_unavailable', reason: 'not_healed', retryable: true })
  healing.resolve()
  await host.punctual.ready()
})
