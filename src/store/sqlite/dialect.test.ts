// What becomes of statements that SQLite refuses: our error, its name, and nothing half done.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Kysely, sql } from 'kysely'
import { PunctualError } from '../../core/errors.ts'
import { dialect } from './dialect.ts'
import { type Handle, openFile } from './file.ts'

interface Notes {
  notes: { id: number; text: string }
}

async function opened(t: TestContext): Promise<{ file: string; handle: Handle; db: Kysely<Notes> }> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  const file = join(folder, 'x.db')
  const handle = openFile(file)
  t.after(() => {
    handle.database.close()
    rmSync(folder, { recursive: true })
  })
  handle.database.exec(
    'create table notes (id integer primary key, text text); insert into notes values (1, "one")'.replaceAll('"', "'"),
  )
  return { file, handle, db: new Kysely<Notes>({ dialect: dialect(file, () => handle) }) }
}

const isOurs = (reason: string, retryable: boolean) => (error: unknown) => {
  assert.ok(error instanceof PunctualError)
  assert.deepEqual([error.code, error.reason, error.retryable], ['store_unavailable', reason, retryable])
  assert.ok(error.cause instanceof Error)
  assert.ok(!Object.keys(error).includes('cause'))
  return true
}

test('acknowledged is on the disk: WAL, synchronous, with foreign keys and patience', async (t) => {
  const { handle } = await opened(t)
  const pragma = (name: string) => Object.values(handle.database.prepare(`pragma ${name}`).get() ?? {})[0]
  assert.deepEqual(['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'].map(pragma), ['wal', 2, 1, 5000])
})

test('a full disk in the middle of a transaction undoes all of it', async (t) => {
  const { db, handle } = await opened(t)
  const size = Object.values(handle.database.prepare('pragma page_count').get() ?? {})[0]
  handle.database.exec(`pragma max_page_count = ${Number(size) + 2}`)
  const filling = db.transaction().execute(async (trx) => {
    await trx.updateTable('notes').set({ text: 'changed' }).execute()
    for (let id = 2; id < 100; id++)
      await trx
        .insertInto('notes')
        .values({ id, text: 'x'.repeat(4000) })
        .execute()
  })
  await assert.rejects(filling, isOurs('SQLITE_FULL', true))
  assert.deepEqual(await db.selectFrom('notes').selectAll().execute(), [
    Object.assign(Object.create(null), { id: 1, text: 'one' }),
  ])
  handle.database.exec('pragma max_page_count = 10000')
  await db.transaction().execute((trx) => trx.insertInto('notes').values({ id: 2, text: 'two' }).execute())
})

test('a database that may not be written says so', async (t) => {
  const { db, handle } = await opened(t)
  handle.database.exec('pragma query_only = on')
  await assert.rejects(db.updateTable('notes').set({ text: 'x' }).execute(), isOurs('SQLITE_READONLY', true))
})

test('a lock that another holds too long says so, and a transaction takes it at its beginning', async (t) => {
  const { db, file, handle } = await opened(t)
  const other = openFile(file)
  t.after(() => other.database.close())
  handle.database.exec('pragma busy_timeout = 0')
  other.database.exec('begin immediate')
  const nothing = db.transaction().execute(async () => 'begun')
  await assert.rejects(nothing, isOurs('SQLITE_BUSY', true))
  assert.equal((await db.selectFrom('notes').selectAll().execute()).length, 1)
  other.database.exec('commit')
  assert.equal(await db.transaction().execute(async () => 'begun'), 'begun')
})

test('what no waiting cures is not to be repeated', async (t) => {
  const { db } = await opened(t)
  const twin = db.insertInto('notes').values({ id: 1, text: 'secret' }).execute()
  await assert.rejects(twin, isOurs('SQLITE_CONSTRAINT', false))
  await assert.rejects(sql`select * from nothing`.execute(db), isOurs('SQLITE_ERROR', false))
  await twin.catch((error: Error) => assert.ok(!error.message.includes('secret')))
})

test('a statement that changes rows tells how many', async (t) => {
  const { db } = await opened(t)
  const [result] = await db.updateTable('notes').set({ text: 'x' }).execute()
  assert.equal(result?.numUpdatedRows, 1n)
})

test('nobody reads what a transaction has not finished', async (t) => {
  const { db } = await opened(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  const changing = db.transaction().execute(async (trx) => {
    await trx.updateTable('notes').set({ text: 'half' }).execute()
    resolve()
    await trx.updateTable('notes').set({ text: 'whole' }).execute()
  })
  await promise
  assert.equal((await db.selectFrom('notes').select('text').executeTakeFirstOrThrow()).text, 'whole')
  await changing
})
