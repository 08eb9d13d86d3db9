// However many old events there are, one round of the pruning deletes them all, in steps between which other work runs.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { parseRetention } from '../../src/core/retention.ts'
import type { Store } from '../../src/core/store/store.ts'
import { createPunctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { createPrune } from '../../src/retention.ts'
import { memory } from '../../src/store/memory.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { runSteadily, virtualClock } from '../store/fixtures.ts'
import { testKey } from '../support/settings.ts'

const old = 6000
const usualRetention = parseRetention('test', undefined)
const sandboxClients = [calendly({ clientId: 'a', clientSecret: 'b', scopes: ['users:read'] })]

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
  return { store, clock, left }
}

/** One round of the pruning of a process that dispatches events. */
function round(store: Store, clock: { monotonic(): number }, stopping = new AbortController()): Promise<void> {
  const destinations = [{ name: '' }]
  const prune = createPrune({ store, clock, destinations, retention: usualRetention, stopping: () => stopping.signal })
  return prune()
}

test('a round goes on until nothing is left, and timers and sockets have their turn meanwhile', async (t) => {
  const { store, clock, left } = await startWithOldEvents(t)
  let turns = 0
  const turn = setInterval(() => turns++)
  t.after(() => clearInterval(turn))
  await round(store, clock)
  assert.equal(await left(), 0)
  assert.ok(turns > 5, `${turns} turns`)
})

test('a round ends between two steps when the process stops', async (t) => {
  const { store, clock, left } = await startWithOldEvents(t)
  const stopping = new AbortController()
  const { outbox } = store
  const stopped: typeof outbox.sweep = (...how) => {
    stopping.abort()
    return outbox.sweep(...how)
  }
  await round({ ...store, outbox: { ...outbox, sweep: stopped } }, clock, stopping)
  const rest = await left()
  assert.ok(rest > 0 && rest < old, `${rest} are left`)
})

test('everything that ends is pruned once a minute, each kind by its own age, and what fails stops nothing else', async () => {
  const asked: string[] = []
  const sweep =
    (name: string) =>
    async (...values: unknown[]) => {
      asked.push([name, ...values.map((value) => JSON.stringify(value))].join(' '))
      if (name === 'feed') throw new Error('away')
      return 0
    }
  const store = new Proxy({} as Store, {
    get: (_, table) =>
      new Proxy({}, { get: (_, verb) => sweep(verb === 'sweep' ? String(table) : `${String(table)}.${String(verb)}`) }),
  })
  const clock = virtualClock()
  const day = 86_400_000
  const retention = { ...usualRetention, historyMs: 7 * day, auditMs: false, endedConnectionsMs: false } as const
  const never = new AbortController().signal
  const prune = createPrune({ store, clock, retention, destinations: [], stopping: () => never })
  await assert.rejects(prune(), /away/)
  const first = asked.splice(0)
  assert.deepEqual(first, [
    `outbox {"done":${3 * day},"dead":${30 * day},"pending":${30 * day}} 250 []`,
    `feed ${30 * day} 250`,
    'attempts 600000 500',
    `connectSessions ${day} 500`,
    `subscriptions ${30 * day} 500`,
    `bookingKeys ${30 * day} 500`,
    `bookingLinks ${400 * day} 500`,
    `apiKeys ${90 * day} 500`,
    `tallies ${8 * day} 500`,
    `errorGroups ${30 * day} 500 500`,
    `activityLog "refusal" ${7 * day} 2000 500`,
    `activityLog "attempt" ${30 * day} 2000 500`,
    `activityLog "dispatch" ${30 * day} 10000 500`,
    'activityLog "audit" 100000000000000 100000 500',
    `history ${7 * day} 500`,
    'ended null 25',
    'ended.sweepLate 500',
    `ended.sweepIds ${400 * day} 500`,
  ])
  clock.pass(59_999)
  await prune()
  assert.deepEqual(asked, [])
  clock.pass(1)
  await assert.rejects(prune(), /away/)
  assert.deepEqual(asked, first)
})

test('a duration that is too short or no number is refused with a sentence that names it', () => {
  const options = { baseUrl: 'https://a.example', keys: [testKey], store: memory(), clients: sandboxClients }
  const refused = (retention: unknown, sentence: RegExp) =>
    assert.throws(() => createPunctual({ ...options, retention } as never), {
      code: 'invalid_argument',
      message: sentence,
    })
  refused(
    { doneEventsMs: 1000 },
    /createPunctual: retention\.doneEventsMs must be a whole number of milliseconds from 259200000/,
  )
  refused({ historyEntries: 'many' }, /retention\.historyEntries must be a whole number from 50 to 100000/)
  refused({ historyMs: false }, /retention\.historyMs must be/)
  refused({ history: 1 }, /history is not an option/)
  refused([], /retention/)
  createPunctual({ ...options, retention: { auditMs: false, endedConnectionsMs: 0 } } as never)
})
