// A statement that SQLite refuses rejects with our error, which names the reason, and changes nothing.

import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openNotes as opened, otherHandle } from '../../../test/support/notes-file.ts'
import { PunctualError } from '../../core/errors.ts'

const isOurs = (reason: string, retryable: boolean) => (error: unknown) => {
  assert.ok(error instanceof PunctualError)
  assert.deepEqual([error.code, error.reason, error.retryable], ['store_unavailable', reason, retryable])
  assert.ok(error.cause instanceof Error)
  assert.ok(!Object.keys(error).includes('cause'))
  return true
}

const isReason = (error: unknown, reason: string) => error instanceof PunctualError && error.reason === reason

test('a committed change is on the disk: WAL, synchronous, with foreign keys; SQLite itself does not wait for locks', async (t) => {
  const { writer } = await opened(t)
  const pragma = (name: string) => Object.values(writer.prepare(`pragma ${name}`).get() ?? {})[0]
  assert.deepEqual(['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'].map(pragma), ['wal', 2, 1, 0])
})

test('a full disk in the middle of a transaction undoes all of it', async (t) => {
  const { db, write, writer } = await opened(t)
  const size = Object.values(writer.prepare('pragma page_count').get() ?? {})[0]
  writer.exec(`pragma max_page_count = ${Number(size) + 2}`)
  const filling = write(async (trx) => {
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
  writer.exec('pragma max_page_count = 10000')
  await write((trx) => trx.insertInto('notes').values({ id: 2, text: 'two' }).execute())
})

test('a write to a read-only database rejects with that reason', async (t) => {
  const { db, writer } = await opened(t)
  writer.exec('pragma query_only = on')
  await assert.rejects(db.updateTable('notes').set({ text: 'x' }).execute(), isOurs('SQLITE_READONLY', true))
})

test('a statement that waits for the lock of another process does not block the process', async (t) => {
  const { db, file, patient } = await opened(t)
  const other = otherHandle(t, file)
  other.exec('begin immediate')
  const read: unknown[] = []
  const { db: slow, write } = patient(async () => {
    read.push((await db.selectFrom('notes').selectAll().execute()).length)
    if (read.length === 5) other.exec('commit')
  })
  const begun = write(async (trx) => {
    await trx.updateTable('notes').set({ text: 'two' }).execute()
    return 'begun'
  })
  assert.equal(await begun, 'begun')
  assert.deepEqual(read, [1, 1, 1, 1, 1])
  other.exec('begin immediate')
  read.length = 0
  await slow.updateTable('notes').set({ text: 'three' }).execute()
  assert.deepEqual(read, [1, 1, 1, 1, 1])
})

test('a lock that another process holds for too long rejects with that reason', async (t) => {
  const { db, file, patient } = await opened(t)
  const other = otherHandle(t, file)
  other.exec('begin immediate')
  const pauses: number[] = []
  const sleep = async (ms: number) => void pauses.push(ms)
  const { write } = patient(sleep)
  const nothing = write(async () => 'begun')
  await assert.rejects(nothing, isOurs('SQLITE_BUSY', true))
  assert.deepEqual(pauses.slice(0, 9), [1, 2, 4, 8, 10, 10, 10, 10, 10])
  const waited = pauses.reduce((sum, ms) => sum + ms)
  assert.ok(waited >= 5000 && waited < 5100, `${waited}`)
  assert.equal((await db.selectFrom('notes').selectAll().execute()).length, 1)
  other.exec('commit')
  assert.equal(await write(async () => 'begun'), 'begun')
})

test('a long run of statements does not block the event loop', async (t) => {
  const { db } = await opened(t)
  let turns = 0
  let going = true
  const count = () => {
    turns++
    if (going) setImmediate(count)
  }
  setImmediate(count)
  for (let statements = 0; statements < 10_000; statements++) await db.selectFrom('notes').selectAll().execute()
  going = false
  assert.ok(turns > 5, `${turns} turns`)
})

test('a number beyond the safe integers is read as the greatest safe one, and its statement runs once', async (t) => {
  const { db, writer } = await opened(t)
  writer.exec('alter table notes add column big integer; insert into notes values (2, null, 9223372036854775807)')
  writer.exec('insert into notes values (3, null, -9223372036854775808)')
  const big = async (query: { execute(): Promise<unknown[]> }) => (await query.execute()).map((row) => Object(row).big)
  const numbers = [null, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]
  assert.deepEqual(await big(db.selectFrom('notes').selectAll().orderBy('id')), numbers)
  await db.updateTable('notes').set({ text: '' }).execute()
  const appended = db.updateTable('notes').set({ text: sql<string>`text || 'x'` }).returningAll()
  assert.deepEqual((await big(appended)).length, 3)
  assert.deepEqual(
    (await db.selectFrom('notes').select('text').execute()).map(({ text }) => text),
    ['x', 'x', 'x'],
  )
})

test('nothing is written to a file that was moved, not even the rest of a transaction', async (t) => {
  const { db, file, write } = await opened(t)
  const moved = (error: unknown) => isReason(error, 'file_moved')
  const half = write(async (trx) => {
    await trx.updateTable('notes').set({ text: 'half' }).execute()
    renameSync(file, `${file}.moved`)
  })
  await assert.rejects(half, moved)
  await assert.rejects(db.updateTable('notes').set({ text: 'x' }).execute(), moved)
  writeFileSync(file, '')
  await assert.rejects(db.insertInto('notes').values({ id: 2, text: 'x' }).returning('id').execute(), moved)
  await assert.rejects(
    write(async () => {}),
    moved,
  )
  assert.deepEqual(
    (await db.selectFrom('notes').select('text').execute()).map(({ text }) => text),
    ['one'],
  )
  renameSync(`${file}.moved`, file)
  await db.updateTable('notes').set({ text: 'two' }).execute()
})

test('an error that a retry cannot solve is not retryable', async (t) => {
  const { db } = await opened(t)
  const twin = db.insertInto('notes').values({ id: 1, text: 'secret' }).execute()
  await assert.rejects(twin, isOurs('SQLITE_CONSTRAINT', false))
  await assert.rejects(sql`select * from nothing`.execute(db), isOurs('SQLITE_ERROR', false))
  await twin.catch((error: Error) => assert.ok(!error.message.includes('secret')))
})

test('a statement that changes rows returns their number', async (t) => {
  const { db } = await opened(t)
  const [result] = await db.updateTable('notes').set({ text: 'x' }).execute()
  assert.equal(result?.numUpdatedRows, 1n)
})

test('a read neither waits for an unfinished transaction nor sees what it has changed', async (t) => {
  const { db, write } = await opened(t)
  const text = async (on = db) => (await on.selectFrom('notes').select('text').executeTakeFirstOrThrow()).text
  await write(async (trx) => {
    await trx.updateTable('notes').set({ text: 'half' }).execute()
    assert.equal(await text(), 'one')
    assert.equal(await text(trx), 'half')
    await trx.updateTable('notes').set({ text: 'whole' }).execute()
  })
  assert.equal(await text(), 'whole')
})
