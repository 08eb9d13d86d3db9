// Attempts, grants, connections and refused clients, and the events of their changes: SQLite against the model. The
// simulation (test/simulation/) uses the memory store alone; this test and the store contract bridge what it shows to
// SQLite and Postgres.

import { test } from 'node:test'
import fc from 'fast-check'
import { grantId } from '../../src/core/grant.ts'
import type { AttemptPhase } from '../../src/core/store/attempts.ts'
import type { Store } from '../../src/core/store/store.ts'
import { attachment, attempt, claimBy, entry, healedGrant, refreshedTokens, refusal } from './fixtures.ts'
import { does, sameAsModel } from './same-as-model.ts'

const owner = fc.constantFrom('ann', 'bob')
const client = fc.constantFrom('calendly', 'calcom')
const account = fc.constantFrom('one', 'two', 'three')
const attemptId = fc.constantFrom('a1', 'a2', 'a3')
const connectionId = fc.constantFrom('c1', 'c2', 'c3', 'c4')
const grant = fc.tuple(client, account).map(([client, account]) => grantId(client, account))
const generation = fc.integer({ min: 0, max: 4 })
const ms = fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.double({ min: 0, max: 1000, noNaN: true }))
const msOrNull = fc.option(ms)
const limit = fc.integer({ min: 1, max: 3 })
const worker = fc.constantFrom('v', 'w')
const sealed = fc.constantFrom('s1', 's2')
const phase = fc.constantFrom<AttemptPhase>('begun', 'consumed', 'held', 'exchanging', 'exchanged', 'finished')
const status = fc.constantFrom('active', 'needs_reconnect', 'disconnected', undefined)
const pace = fc.record({ intervalMs: fc.constantFrom(500, 7500, 60_000 / 7), burst: fc.constantFrom(1, 3, 8) })

// A complete attempt and the current generation are drawn often, or most sequences would change nothing.
const attaching = does(
  'connect',
  [
    attemptId,
    owner,
    client,
    account,
    connectionId,
    fc.option(connectionId),
    fc.boolean(),
    msOrNull,
    msOrNull,
    pace,
    fc.constantFrom(0, 0, 0, 5),
  ],
  async (store, id, owner, client, account, connection, reconnect, keepReplaced, refreshInMs, dueInMs, pace, above) => {
    await store.attempts.insert(attempt(id, { client, owner }), 600_000).catch(() => {})
    await store.attempts.advance(id, 'begun', 'exchanged', { answer: 'sealed' })
    const grant = { refreshInMs, dueInMs, keepReplaced, pace, above }
    return store.connections.attach(attachment(id, { owner, client, account, connection, reconnect, grant }))
  },
)
const current = async (store: Store, id: string, past: number) => ((await store.grants.get(id))?.generation ?? 0) - past
const past = fc.constantFrom(0, 0, 0, 0, 1)

const session = fc.constantFrom(null, 'session')

const operation = fc.oneof(
  { arbitrary: attaching, weight: 8 },
  does('insert', [attemptId, client, session, ms], (store, id, client, session, life) =>
    store.attempts.insert(attempt(id, { client, session }), life * 20),
  ),
  does('consume', [attemptId, client], (store, id, client) => store.attempts.consume(`state of ${id}`, client)),
  does('find', [attemptId, client], (store, id, client) => store.attempts.find(`state of ${id}`, client)),
  // All are trimmed, since the model does not define which of two attempts that began together is newer.
  does('trim', [owner, session], (store, owner, session) => store.attempts.trim(owner, session, 0)),
  does('advance', [attemptId, phase, phase, sealed], (store, id, from, to, code) =>
    store.attempts.advance(id, from, to, to === 'held' ? { code } : to === 'exchanged' ? { answer: code } : {}),
  ),
  does('stranded', [ms, limit, fc.option(attemptId)], (store, age, limit, after) =>
    store.attempts.stranded(age, limit, after),
  ),
  // The limit exceeds their number, since the model does not define which of two that ended together is swept first.
  does('sweep', [ms], (store, age) => store.attempts.sweep(age, 10)),
  {
    arbitrary: does('claim', [grant, past, worker, ms, pace], async (store, id, past, owner, lease, pace) =>
      store.grants.claim(id, await current(store, id, past), claimBy(owner, { leaseMs: lease, pace })),
    ),
    weight: 4,
  },
  {
    arbitrary: does('commit', [grant, past, msOrNull, fc.boolean()], async (store, id, past, dueInMs, scoped) =>
      store.grants.commit(
        id,
        await current(store, id, past),
        refreshedTokens('refreshed', { dueInMs, refreshInMs: dueInMs, scopes: scoped ? ['x'] : null }),
        entry,
      ),
    ),
    weight: 3,
  },
  does(
    'release',
    [grant, past, worker, fc.boolean(), fc.boolean(), ms],
    async (store, id, past, owner, harmless, failed, retryInMs) =>
      store.grants.release(id, await current(store, id, past), owner, {
        harmless,
        failed,
        refused: failed,
        retryInMs,
      }),
  ),
  does('extend', [grant, worker, ms], (store, id, owner, lease) => store.grants.extend(id, owner, lease)),
  does('end', [grant, past], async (store, id, past) =>
    store.grants.end(id, await current(store, id, past), 'refused', entry),
  ),
  does('keepFallback', [grant, generation, sealed], (store, id, generation, set) =>
    store.grants.keepFallback(id, generation, '', set),
  ),
  does('useFallback', [grant, past], async (store, id, past) =>
    store.grants.useFallback(id, await current(store, id, past)),
  ),
  does(
    'heal',
    [
      grant,
      past,
      fc.integer({ min: 0, max: 2 }),
      fc.option(sealed),
      fc.constantFrom('live', 'over', 'closed'),
      msOrNull,
    ],
    async (store, id, past, ahead, set, status, dueInMs) => {
      const generation = await current(store, id, past)
      const facts = { dueInMs, refreshInMs: dueInMs, fallbackTokens: ['older'], outcomeUnknown: ahead === 1 }
      const healed = healedGrant(generation + ahead, set, facts, status)
      return store.grants.heal(id, generation, healed, entry)
    },
  ),
  does('positions', [fc.option(grant), limit], (store, after, limit) => store.grants.positions(after, limit)),
  does('takeDue', [client, limit, ms], async (store, client, limit, hideFor) =>
    (await store.grants.takeDue(client, limit, hideFor)).sort(),
  ),
  does('postpone', [grant, past, msOrNull], async (store, id, past, dueInMs) =>
    store.grants.postpone(id, await current(store, id, past), dueInMs),
  ),
  does('touch', [grant], (store, id) => store.grants.touch(id)),
  does('close', [grant, past], async (store, id, past) => store.grants.close(id, await current(store, id, past))),
  does('closing', [ms, limit, fc.option(grant)], (store, age, limit, after) => store.grants.closing(age, limit, after)),
  { arbitrary: does('detach', [connectionId], (store, id) => store.connections.detach(id, entry)), weight: 2 },
  does('onGrant', [grant], (store, id) => store.connections.onGrant(id)),
  does('list', [fc.option(owner), fc.option(client), status, limit], (store, owner, client, status, limit) =>
    store.connections.list({ owner: owner ?? undefined, client: client ?? undefined, status, limit }),
  ),
  does('refuse', [client, sealed, grant, ms], (store, id, code, grant, probeIn) =>
    store.clients.refuse(
      id,
      refusal(grant, { credentials: `of ${id}`, code, probeInMs: probeIn, repeatedAfterMs: 2000 }),
    ),
  ),
  does('probe', [client, ms], (store, id, nextIn) => store.clients.probe(`of ${id}`, nextIn)),
  does('resume', [client], (store, id) => store.clients.resume(`of ${id}`)),
)

test('the same operations have the same results and leave the same rows', { timeout: 120_000 }, () =>
  sameAsModel(operation, everything),
)

async function everything(store: Store): Promise<unknown> {
  const rows: unknown[] = await store.outbox.list({ limit: 1000 })
  for (const id of ['a1', 'a2', 'a3']) rows.push(await store.attempts.get(id))
  for (const client of ['calendly', 'calcom']) {
    rows.push(...(await store.clients.refused(client)))
    for (const account of ['one', 'two', 'three']) rows.push(await store.grants.get(grantId(client, account)))
  }
  for (const id of ['c1', 'c2', 'c3', 'c4'])
    rows.push(await store.connections.get(id), await store.connections.tokenOf(id), ...(await historyOf(store, id)))
  return rows
}

/** Without the numbers: an engine may leave some out. */
async function historyOf(store: Store, id: string): Promise<unknown[]> {
  return (await store.history.of(id, 1000)).map(({ seq: _, ...row }) => row)
}
