// A key that was removed too early, rows that do not open, a database that was moved away: everything else goes on, and the
// operator gets one report.

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'

import { sqlite } from '../../src/store/sqlite.ts'
import { startHost } from '../support/host.ts'

const place = mkdtempSync(join(tmpdir(), 'punctual-'))
after(() => rmSync(place, { recursive: true }))
const file = () => join(mkdtempSync(join(place, 'x')), 'p.db')

test('grants that do not open stop neither other grants, nor closing grants, nor the sweep of attempts', async (t) => {
  const path = file()
  const host = await startHost(t, { store: sqlite(path) })
  const bad = await host.connect('calendly', { account: 'ada@example.com' }).catch(() => host.connect('calendly'))
  const good = await host.connect('calcom')
  await host.punctual.stop()
  const database = new DatabaseSync(path)
  const [{ grant } = { grant: '' }] = database
    .prepare('select grant_id as "grant" from connections where id = ?')
    .all(bad.id) as { grant: string }[]
  database.prepare(`update grants set tokens = 'p1.aaaaaaaa.rubbish', due_at = 0, renew_at = 0 where id = ?`).run(grant)

  const again = host.another({ store: sqlite(path), keepWarm: 'always' })
  const faults: string[] = []
  again.on((event) => event.type === 'fault' && faults.push(event.message))
  for (let count = 0; count < 5; count++) await again.begin({ client: 'calcom', owner: 'ada', returnTo: '/' })
  host.sandbox.clock.advance(3 * 3600)
  // The sweep believes a clock that has been seen to run for an hour.
  const now = Math.floor(host.sandbox.clock.now())
  database.prepare(`insert into sweeps (kind, since, at) values ('attempts', ?, ?)`).run(now - 3_600_000, now)
  const refreshed = new Promise<void>((resolve) => {
    again.on((event) => event.type === 'connection.renewed' && event.connection === good.id && resolve())
  })
  again.start()
  await refreshed
  // The connection is disconnected although nothing can be revoked, and says so.
  const { notRevoked } = await (await again.connections.get(bad.id)).disconnect()
  assert.deepEqual(
    notRevoked.map(({ reason }) => reason),
    ['unreadable', 'unreadable'],
  )
  const attempts = () => Number(database.prepare('select count(*) as n from attempts').get()?.n)
  while (attempts() > 0) await new Promise(setImmediate)
  await again.stop()
  const row = database.prepare('select tokens from grants where id = ?').get(grant)
  assert.equal(row?.tokens, 'p1.aaaaaaaa.rubbish', 'it is kept, should it open one day')
  assert.equal(faults.filter((fault) => fault.includes(grant)).length, 1, faults.join('\n'))
  database.close()
})

test('no refresh token is spent while the database is missing', async (t) => {
  const path = file()
  const host = await startHost(t, { store: sqlite(path) })
  const connection = await host.connect('calendly')
  await host.punctual.stop()
  copyFileSync(path, `${path}.backup`)
  const running = host.another({ store: sqlite(path) })
  const found = await running.connections.get(connection.id)
  host.sandbox.clock.advance(3 * 3600)
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
  renameSync(`${path}.backup`, path)
  host.forget()
  await assert.rejects(found.token(), { code: 'store_unavailable', reason: 'file_moved' })
  assert.equal(host.tokenRequests(), 0)
  await running.stop()
  const again = host.another({ store: sqlite(path) })
  assert.equal((await (await again.connections.get(connection.id)).token()).generation, 2)
})
