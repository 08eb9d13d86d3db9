// Events that a change writes into the outbox, once their types have been announced: one for each connection that it
// concerns.

import assert from 'node:assert/strict'
import {
  type Contract,
  claimBy,
  connect,
  entry,
  type OpenStore,
  openCircuitBreaker,
  refreshedTokens,
  refusal,
} from '../fixtures.ts'

const types = [
  'connection.created',
  'connection.recovered',
  'connection.renewed',
  'connection.needs_reconnect',
  'connection.disconnected',
  'client.misconfigured',
  'client.recovered',
]

export const eventsOfChangesContract: Contract = {
  'only announced types of events are written, and announcements add up': async (at) => {
    const { store } = at
    const first = await connect(store)
    assert.equal(await store.outbox.nextDue(), null)
    store.announce(['connection.created'])
    const second = await connect(store, { account: 'two' })
    await store.connections.detach(first.connection.id, entry)
    store.announce(['connection.disconnected'])
    await store.connections.detach(second.connection.id, entry)
    const { id } = second.connection
    assert.deepEqual(await writtenEvents(at), [`connection.created ${id}`, `connection.disconnected ${id}`])
  },

  'an event names its connection, or its client, and is due at once': async (at) => {
    at.store.announce(types)
    const now = at.clock.now()
    const { id } = (await connect(at.store)).connection
    at.clock.pass(5)
    const [row] = await at.store.outbox.list({ limit: 1 })
    assert.deepEqual(row, {
      id: row?.id,
      event: row?.id,
      destination: '',
      type: 'connection.created',
      orderingKey: id,
      orderAt: now,
      data: {},
      body: null,
      key: null,
      connection: id,
      owner: 'ann',
      client: 'calendly',
      state: 'pending',
      outOfOrder: false,
      dispatches: 0,
      firstAt: null,
      dueAt: now,
      error: null,
      createdAt: now,
      readAt: now + 5,
    })
    assert.equal((await at.store.outbox.take('w', 1, 1000)).length, 1)
    await openCircuitBreaker(at.store, 'calendly', { reason: 'invalid_client' })
    const [pause] = await at.store.outbox.list({ limit: 1 })
    const facts = { type: 'client.misconfigured', orderingKey: 'calendly', connection: null, owner: null }
    assert.deepEqual({ ...pause, ...facts, client: 'calendly', data: { reason: 'invalid_client' } }, pause)
  },

  'the events of a connection are written and dispatched in the order of its changes': async (at) => {
    at.store.announce(types)
    const { grants, connections, outbox } = at.store
    const { connection } = await connect(at.store)
    await grants.commit(connection.grant, 1, refreshedTokens('t2'), entry)
    await grants.end(connection.grant, 2, 'refused', entry)
    await connect(at.store)
    await connections.detach(connection.id, entry)
    await connect(at.store)
    const seen: unknown[] = []
    for (let rows = await outbox.take('w', 5, 1000); rows.length > 0; rows = await outbox.take('w', 5, 1000))
      for (const { id, type, orderingKey, data } of rows) {
        assert.equal(orderingKey, connection.id)
        seen.push([type, data])
        await outbox.acknowledge(id)
      }
    assert.deepEqual(seen, [
      ['connection.created', {}],
      ['connection.renewed', { generation: 2 }],
      ['connection.needs_reconnect', { reason: 'refused' }],
      ['connection.recovered', {}],
      ['connection.disconnected', {}],
      ['connection.recovered', {}],
    ])
  },

  'a change of a grant writes an event for each connection that rests on it, but for no disconnected one': async (
    at,
  ) => {
    at.store.announce(types)
    const { grants, connections } = at.store
    const ids: Record<string, string> = {}
    for (const owner of ['ann', 'bob', 'cat', 'gone']) ids[owner] = (await connect(at.store, { owner })).connection.id
    await connections.detach(ids.gone ?? '', entry)
    const [row] = await connections.list({ limit: 1 })
    const grant = row?.grant ?? ''
    await drain(at)
    const all = (type: string) => ['ann', 'bob', 'cat'].map((owner) => `${type} ${ids[owner]}`).sort()
    await grants.commit(grant, 4, refreshedTokens('t5'), entry)
    assert.deepEqual(await drain(at), all('connection.renewed'))
    await grants.end(grant, 5, 'outcome_unknown', entry)
    assert.deepEqual(await drain(at), all('connection.needs_reconnect'))
    await connect(at.store, { owner: 'bob' })
    assert.deepEqual(await drain(at), all('connection.recovered'))
    await connect(at.store, { owner: 'bob' })
    assert.deepEqual(await drain(at), [`connection.recovered ${ids.bob}`])
    await connect(at.store, { owner: 'dan', connection: 'd' })
    assert.deepEqual(await drain(at), ['connection.created d'])
  },

  'a grant that is over recovers by a refreshed or a fallback set, and a live grant does not': async (at) => {
    at.store.announce(types)
    const { grants } = at.store
    const { id, grant } = (await connect(at.store)).connection
    const recovered = [`connection.recovered ${id}`]
    await grants.end(grant, 1, 'refused', entry)
    await drain(at)
    await grants.commit(grant, 1, refreshedTokens('t2'), entry)
    assert.deepEqual(await drain(at), recovered)
    await grants.keepFallback(grant, 1, '', 'fallback')
    await grants.useFallback(grant, 2)
    assert.deepEqual(await drain(at), [])
    await grants.end(grant, 3, 'refused', entry)
    await drain(at)
    assert.equal(await grants.keepFallback(grant, 1, '', 'another'), 'revived')
    assert.deepEqual(await drain(at), recovered)
  },

  'an operation that changes nothing writes no event': async (at) => {
    at.store.announce(types)
    const { grants, connections, clients } = at.store
    const { id, grant } = (await connect(at.store)).connection
    await openCircuitBreaker(at.store, 'c')
    await drain(at)
    await grants.commit(grant, 7, refreshedTokens('t'), entry)
    await grants.end(grant, 7, 'refused', entry)
    await grants.claim(grant, 1, claimBy('w'))
    await grants.release(grant, 1, 'w', { harmless: true, retryInMs: 0, failed: true })
    await connections.detach('nobody', entry)
    await openCircuitBreaker(at.store, 'c')
    await clients.resume('another')
    assert.deepEqual(await drain(at), [])
    await connections.detach(id, entry)
    await drain(at)
    await connections.detach(id, entry)
    await grants.commit(grant, 1, refreshedTokens('t2'), entry)
    await grants.keepFallback(grant, 1, '', 'fallback')
    assert.deepEqual(await drain(at), [])
  },

  'of many callers that open or close the circuit breaker one writes the event': async (at) => {
    at.store.announce(types)
    const ten = Array.from({ length: 10 })
    await Promise.all(ten.map((_, n) => at.store.clients.refuse('c', refusal(`grant ${n}`))))
    assert.deepEqual(await drain(at), ['client.misconfigured c'])
    await Promise.all(ten.map(() => at.store.clients.resume('of c')))
    assert.deepEqual(await drain(at), ['client.recovered c'])
  },

  'a connection that moves to another account has recovered, and the one that it replaces gets no event': async (
    at,
  ) => {
    at.store.announce(types)
    const one = (await connect(at.store)).connection.id
    const two = (await connect(at.store, { account: 'two' })).connection.id
    await drain(at)
    await connect(at.store, { account: 'two', reconnect: one })
    assert.deepEqual(await drain(at), [`connection.recovered ${one}`])
    assert.equal((await at.store.connections.get(two))?.status, 'disconnected')
  },
}

/** Everything in the outbox, in the order of writing. */
async function writtenEvents({ store }: OpenStore): Promise<string[]> {
  return (await store.outbox.list({ limit: 100 })).reverse().map(({ type, orderingKey }) => `${type} ${orderingKey}`)
}

/** Acknowledges all pending events, and returns their names. */
async function drain({ store }: OpenStore): Promise<string[]> {
  const rows = await store.outbox.list({ state: 'pending', limit: 100 })
  for (const { id } of rows) await store.outbox.acknowledge(id)
  return rows.map(({ type, orderingKey }) => `${type} ${orderingKey}`).sort()
}
