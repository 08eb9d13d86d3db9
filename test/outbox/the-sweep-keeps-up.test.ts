// However many old events there are, one round of the sweep deletes them all, in steps between which other work runs.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sweep } from '../../src/outbox/sweep.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { runSteadily, virtualClock } from '../store/fixtures.ts'

const old = 6000

/** An outbox with events that have been done for long, and its clock, which a sweep believes. */
async function startWithOldEvents(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
  const file = join(folder, 'punctual.db')
  const [store, clock] = [sqlite(file), virtualClock()]
  await store.open(clock)
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  await runSteadily({ store, clock, [Symbol.asyncDispose]: async () => {} })
  const database = new DatabaseSync(file)
  database.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${old})
    insert into outbox (type, subject, client, data, state, order_at, late, attempts, due_at, created_at, ended_at)
    select 'x', i, 'calendly', '{}', 'done', i, 0, 1, 0, 0, 0 from n`)
  database.close()
  const left = async () => (await store.outbox.list({ limit: old })).length
  assert.equal(await left(), old)
  return { outbox: store.outbox, feed: store.feed, left }
}

test('a sweep goes on until nothing is left, and timers and sockets have their turn meanwhile', async (t) => {
  const { outbox, feed, left } = await startWithOldEvents(t)
  let turns = 0
  const turn = setInterval(() => turns++)
  t.after(() => clearInterval(turn))
  await sweep({ outbox, feed }, [{ name: '' }], () => new AbortController().signal)
  assert.equal(await left(), 0)
  assert.ok(turns > 5, `${turns} turns`)
})

test('a sweep ends between two steps when the process stops', async (t) => {
  const { outbox, feed, left } = await startWithOldEvents(t)
  const stopping = new AbortController()
  const stopped: typeof outbox.sweep = (...how) => {
    stopping.abort()
    return outbox.sweep(...how)
  }
  await sweep({ outbox: { sweep: stopped }, feed }, [{ name: '' }], () => stopping.signal)
  const rest = await left()
  assert.ok(rest > 0 && rest < old, `${rest} are left`)
})
