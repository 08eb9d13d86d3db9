// Writes that wait at the same time share one commit, and nothing else: each succeeds or fails by itself, unless
// SQLite undoes all of them.

import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { type Notes, type NotesFile, openNotes, otherHandle } from '../../../test/support/notes-file.ts'
import { PunctualError } from '../../core/errors.ts'

const add = (on: Kysely<Notes>, id: number, text = `${id}`) => on.insertInto('notes').values({ id, text }).execute()

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const isReason = (reason: string) => (error: unknown) =>
  error instanceof PunctualError && error.code === 'store_unavailable' && error.reason === reason

const reasons = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? 'stored' : result.reason.reason))

test('writes that wait at the same time are committed together, and none resolves before', async (t) => {
  const { db, write, stored } = await openNotes(t)
  const log: unknown[] = []
  const noted = async (id: number) => {
    await write(async (trx) => {
      await add(trx, id)
      log.push(`${id} runs`, stored().length)
    })
    log.push(`${id} is stored`)
  }
  await Promise.all([noted(2), noted(3), add(db, 4).then(() => log.push(stored().length))])
  assert.deepEqual(log, ['2 runs', 1, '3 runs', 1, '2 is stored', '3 is stored', 4])
})

test('a write alone waits for no company', async (t) => {
  const { patient, stored } = await openNotes(t)
  const { write, db } = patient(() => assert.fail('waits'))
  await write((trx) => add(trx, 2))
  assert.deepEqual(stored(), ['one', '2'])
  await add(db, 3)
  assert.deepEqual(stored(), ['one', '2', '3'])
})

test('a write that fails is undone alone, and rejects with its own error', async (t) => {
  const { db, write, stored } = await openNotes(t)
  const first = write((trx) => add(trx, 2))
  const failing = write(async (trx) => {
    await add(trx, 3)
    throw new RangeError('its own')
  })
  const results = Promise.allSettled([first, failing, add(db, 1), write((trx) => add(trx, 4))])
  await assert.rejects(failing, RangeError)
  assert.deepEqual(reasons(await results), ['stored', undefined, 'SQLITE_CONSTRAINT', 'stored'])
  assert.deepEqual(stored(), ['one', '2', '4'])
})

test('a write for which the disk has no room is undone alone', async (t) => {
  const { db, write, writer, stored } = await openNotes(t)
  const pages = Number(Object.values(writer.prepare('pragma page_count').get() ?? {})[0])
  writer.exec(`pragma max_page_count = ${pages + 2}`)
  const filling = write(async (trx) => {
    for (let id = 10; id < 100; id++) await add(trx, id, 'x'.repeat(4000))
  })
  const results = await Promise.allSettled([write((trx) => add(trx, 2)), add(db, 3), filling])
  assert.deepEqual(reasons(results), ['stored', 'stored', 'SQLITE_FULL'])
  assert.deepEqual(stored(), ['one', '2', '3'])
})

test('where SQLite undoes the whole transaction all writes of the group reject, and none is visible', async (t) => {
  const { db, write, stored } = await openNotes(t)
  const first = write((trx) => add(trx, 2))
  const undoing = write((trx) => sql`insert or rollback into notes values (1, 'twin')`.execute(trx))
  const results = await Promise.allSettled([first, undoing, write((trx) => add(trx, 3))])
  assert.deepEqual(reasons(results), ['SQLITE_CONSTRAINT', 'SQLITE_CONSTRAINT', 'stored'])
  assert.deepEqual(stored(), ['one', '3'])
  await add(db, 4)
})

test('where the disk fails in the middle of a transaction all writes of the group reject with that, and may be tried again', async (t) => {
  const { write, writer, stored } = await openNotes(t)
  writer.exec("create trigger full before insert on notes when new.id = 7 begin select raise(rollback, 'x'); end")
  const first = write((trx) => add(trx, 2))
  const failing = write(async (trx) => {
    await add(trx, 7).catch(() => {})
    throw new PunctualError('store_unavailable', 'The disk is full.', { reason: 'SQLITE_FULL', retryable: true })
  })
  const results = await Promise.allSettled([first, failing])
  assert.deepEqual(reasons(results), ['SQLITE_FULL', 'SQLITE_FULL'])
  assert.ok(results.every((result) => result.status === 'rejected' && result.reason.retryable))
  assert.deepEqual(stored(), ['one'])
})

test('where the commit fails all writes of the group reject, and none is visible', async (t) => {
  const { db, write, writer, stored } = await openNotes(t)
  writer.exec('create table parts (note integer references notes (id) deferrable initially deferred)')
  const orphan = write((trx) => sql`insert into parts values (7)`.execute(trx))
  const results = await Promise.allSettled([add(db, 2), orphan, write((trx) => add(trx, 3))])
  assert.deepEqual(reasons(results), ['SQLITE_CONSTRAINT', 'SQLITE_CONSTRAINT', 'SQLITE_CONSTRAINT'])
  assert.deepEqual(stored(), ['one'])
  await add(db, 2)
  assert.deepEqual(stored(), ['one', '2'])
})

test('where the file is moved before the commit all writes of the group reject', async (t) => {
  const { db, file, write } = await openNotes(t)
  const moving = write(async (trx) => {
    await add(trx, 3)
    renameSync(file, `${file}.moved`)
  })
  assert.deepEqual(reasons(await Promise.allSettled([add(db, 2), moving])), ['file_moved', 'file_moved'])
  renameSync(`${file}.moved`, file)
  await add(db, 2)
})

/** How many writes had been committed when each of a number of writes that wait together ran. */
async function committedAtEach(
  { write, stored }: Pick<NotesFile, 'write' | 'stored'>,
  writes: number,
): Promise<number[]> {
  const committed: number[] = []
  const one = (index: number) =>
    write(async (trx) => {
      committed[index] = stored().length - 1
      await add(trx, index + 2)
    })
  await Promise.all(Array.from({ length: writes }, (_, index) => one(index)))
  return committed
}

test('a group has at most a hundred writes, and other tasks have their turn between two', async (t) => {
  const file = await openNotes(t)
  let turns = 0
  let going = true
  const count = () => {
    turns++
    if (going) setImmediate(count)
  }
  setImmediate(count)
  const committed = await committedAtEach(file, 250)
  going = false
  assert.ok(turns >= 3, `${turns} turns`)
  assert.deepEqual(
    committed,
    Array.from({ length: 250 }, (_, index) => Math.floor(index / 100) * 100),
  )
})

test('a group ends when it has run for eight milliseconds', async (t) => {
  const file = await openNotes(t)
  let now = 0
  const { write } = file.patient(
    () => assert.fail('waits'),
    () => (now += 4),
  )
  assert.deepEqual(await committedAtEach({ write, stored: file.stored }, 6), [0, 0, 2, 2, 4, 4])
})

test('each write gives up by itself when another process has had the lock for too long', async (t) => {
  const { file, patient, stored } = await openNotes(t)
  const other = otherHandle(t, file)
  other.exec('begin immediate')
  let waited = 0
  let late: Promise<unknown> | null = null
  const { db } = patient(async (ms) => {
    waited += ms
    if (waited > 4000) late ??= add(db, 3)
    if (waited > 7000 && other.isTransaction) other.exec('commit')
  })
  await assert.rejects(add(db, 2), isReason('SQLITE_BUSY'))
  assert.ok(waited >= 5000 && waited < 6000, `${waited}`)
  await late
  assert.ok(waited > 7000 && waited < 8000, `${waited}`)
  assert.deepEqual(stored(), ['one', '3'])
})

test('settling waits for the writes that wait, unless another process keeps them waiting', async (t) => {
  const { file, patient, stored } = await openNotes(t)
  let sleeps = 0
  const { write, settle } = patient(async () => {
    sleeps++
    await turn()
  })
  const first = write((trx) => add(trx, 2))
  await settle()
  assert.deepEqual(stored(), ['one', '2'])
  const other = otherHandle(t, file)
  other.exec('begin immediate')
  const later = [first, write((trx) => add(trx, 3))]
  while (sleeps === 0) await turn()
  later.push(write((trx) => add(trx, 4)))
  await settle()
  assert.deepEqual(stored(), ['one', '2'])
  other.exec('commit')
  await Promise.all(later)
  assert.deepEqual(stored(), ['one', '2', '3', '4'])
})

test('a statement of a transaction that has ended is refused', async (t) => {
  const { write, stored } = await openNotes(t)
  const ended = await write(async (trx) => ({ trx }))
  await assert.rejects(add(ended.trx, 2), isReason('unknown'))
  assert.deepEqual(stored(), ['one'])
})

test('a process that writes without a pause lets others in now and then', async (t) => {
  const { file, patient } = await openNotes(t)
  const other = otherHandle(t, file)
  let now = 0
  let pauses = 0
  const { write } = patient(
    async (ms) => {
      pauses++
      now += ms
      // Nobody holds the lock now: a process that tries in this pause gets it.
      other.exec('begin immediate; rollback')
    },
    () => now,
  )
  const writeUntil = async (end: number, id: number): Promise<void> => {
    for (let next = id; now < end; next += 10) {
      await write((trx) => add(trx, next))
      now += 5
    }
  }
  await Promise.all([writeUntil(1000, 10), writeUntil(1000, 11), writeUntil(1000, 12)])
  assert.ok(pauses >= 2 && pauses <= 4, `${pauses}`)
})
