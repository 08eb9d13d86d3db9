// A statement is compiled once, and sees in each run its values and one time.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { after, type Engine, engineOf } from '../../src/store/sql/engine/engine.ts'
import type { Placeholders } from '../../src/store/sql/engine/parameters.ts'
import { statement } from '../../src/store/sql/engine/statement.ts'
import { sqlite } from '../../src/store/sqlite.ts'

async function opened(t: TestContext): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  const store = sqlite(join(folder, 'x.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  let reads = 0
  await store.open({ ...systemClock, now: () => 1000 * reads++ })
  return engineOf(store)
}

test('a statement is built once, and runs with the values of each run', async (t) => {
  const engine = await opened(t)
  let built = 0
  const add = statement(engine, (db, { client, data }: Placeholders<{ client: string; data: string }>) => {
    built++
    const event = { type: 'x', subject: 's', state: 'pending', late: 0, attempts: 0 } as const
    const times = { order_at: 0, due_at: 0, created_at: 0 }
    return db
      .insertInto('outbox')
      .values({ ...event, ...times, client, data })
      .returning(['client', 'data'])
  })
  const all = statement(engine, (db) => db.selectFrom('outbox').select('client').orderBy('seq'))
  assert.equal(await all.first({}), undefined)
  assert.deepEqual({ ...(await add.first({ client: 'a', data: '1' })) }, { client: 'a', data: '1' })
  assert.deepEqual({ ...(await add.first({ client: 'b', data: '2' })) }, { client: 'b', data: '2' })
  assert.deepEqual(
    (await all.all({})).map(({ client }) => client),
    ['a', 'b'],
  )
  assert.equal(built, 1)
})

test('a statement in a transaction sees what the transaction has changed, and is undone with it', async (t) => {
  const engine = await opened(t)
  const write = statement(engine, (db, { at }: Placeholders<{ at: number }>) =>
    db.insertInto('health').values({ id: 7, at }),
  )
  const seen = statement(engine, (db) => db.selectFrom('health').select('at').where('id', '=', 7))
  const undone = engine.write(async (trx) => {
    await write.all({ at: 3 }, trx)
    assert.equal((await seen.first({}, trx))?.at, 3)
    assert.equal(await seen.first({}), undefined)
    throw new RangeError('undo')
  })
  await assert.rejects(undone, RangeError)
  assert.equal(await seen.first({}), undefined)
})

test('a statement sees one time, however often it asks, and the next one a later time', async (t) => {
  const engine = await opened(t)
  const times = statement(engine, (db, { ms }: Placeholders<{ ms: number }>) =>
    db.selectNoFrom([engine.now().as('now'), engine.now().as('again'), after(engine.now(), ms).as('later')]),
  )
  const first = await times.first({ ms: 5 })
  assert.ok(first)
  assert.deepEqual([first.again - first.now, first.later - first.now], [0, 5])
  const second = await times.first({ ms: 0.6 })
  assert.ok(second && second.now > first.now)
  assert.equal(second.later, second.now + 1)
})

test('placeholders cannot be spread, since none of them would be there', async (t) => {
  const engine = await opened(t)
  const spread = statement(engine, (db, values: Placeholders<{ at: number }>) =>
    db.insertInto('health').values({ id: 7, ...values }),
  )
  assert.throws(() => spread.all({ at: 1 }), /name them, instead of spreading them/)
})
