// The events over HTTP, for a host that cannot receive them, and the dead ones.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { PunctualOptions } from '../../src/index.ts'
import { sandboxClients, setFault } from '../support/host.ts'
import { cases, type Listening, startListening } from '../webhooks/host.ts'
import { type Call, type Desk, type Json, serve, startService } from './service.ts'

const [calendly, calcom] = cases as [(typeof cases)[number], (typeof cases)[number]]
const dayMs = 86_400_000

/** The API of a host application that stands still while it is asked. */
async function begin(
  t: TestContext,
  deliverTo: NonNullable<PunctualOptions['deliverTo']>,
): Promise<{ host: Listening; desk: Desk; pass: (ms: number) => Promise<void> }> {
  const host = await startListening(t, { deliverTo })
  const desk = await serve(t, host.punctual, { api: { clients: sandboxClients(host.sandbox) } })
  /** Works in the background for that long. */
  const pass = async (ms: number) => {
    host.punctual.start()
    await host.clock.sleep(ms)
    await host.punctual.stop()
  }
  return { host, desk, pass }
}

/** Reads the feed to its end, two events at a time. */
async function readAll({ ask }: Desk, query = '', call: Call = {}): Promise<Json[]> {
  const read: Json[] = []
  for (let cursor = ''; ; ) {
    const { body } = await ask('GET', `/v1/events?limit=2${cursor && `&cursor=${cursor}`}${query}`, call)
    assert.ok(body.events.length <= 2)
    if (body.events.length === 0) return read
    read.push(...body.events)
    cursor = body.cursor
  }
}

const namesOf = (events: Json[]) => events.map(({ type, owner }) => `${type} ${owner}`)

test('the feed gives every event once, in order, by a cursor that is there at the end too', async (t) => {
  const { host, desk, pass } = await begin(t, { feed: true })
  const { id } = await host.join(calcom)
  await host.join(calendly, { owner: 'bob' })
  await desk.ask('DELETE', `/v1/connections/${id}`)
  await pass(60_000)
  const events = await readAll(desk)
  assert.deepEqual(namesOf(events).sort(), [
    'connection.created ada',
    'connection.created bob',
    'connection.disconnected ada',
  ])
  const ofAda = events.filter(({ owner }) => owner === 'ada').map(({ type }) => type)
  assert.deepEqual(ofAda, ['connection.created', 'connection.disconnected'])
  const created = await readAll(desk, '&type=connection.created&type=client.recovered')
  assert.deepEqual(namesOf(created).sort(), ['connection.created ada', 'connection.created bob'])

  const { cursor } = (await desk.ask('GET', '/v1/events')).body
  assert.deepEqual((await desk.ask('GET', `/v1/events?cursor=${cursor}`)).body, { events: [], cursor })
  await host.join(calendly, { owner: 'cleo' })
  await pass(60_000)
  const later = (await desk.ask('GET', `/v1/events?cursor=${cursor}`)).body
  assert.deepEqual(namesOf(later.events), ['connection.created cleo'])
})

test('a key of one owner reads the events of that owner alone: not those of another, nor those of a client', async (t) => {
  const { host, desk, pass } = await begin(t, { feed: true })
  await host.join(calendly)
  const bob = await host.join(calendly, { owner: 'bob', account: 'eve' })
  await setFault(host, {
    endpoint: 'token',
    kind: 'status',
    status: 401,
    body: '{"error":"invalid_client"}',
    count: null,
  })
  host.sandbox.clock.advance(2 * 3600)
  await desk.refused('client_misconfigured', 'POST', `/v1/connections/${bob.id}/token`, { body: {} })
  await pass(60_000)
  const all = await readAll(desk)
  assert.deepEqual(namesOf(all).sort(), [
    'client.misconfigured undefined',
    'connection.created ada',
    'connection.created bob',
  ])
  const key = await desk.key(['events:read'], 'bob')
  for (const own of [
    await readAll(desk, '', { key }),
    await readAll(desk, '&owner=bob', { key }),
    await readAll(desk, '&owner=bob'),
  ])
    assert.deepEqual(namesOf(own), ['connection.created bob'])
  assert.deepEqual(await readAll(desk, '&type=client.misconfigured', { key }), [])

  // The id of an event is not a cursor, whether the event is one's own, of another, or of nobody.
  const answers = await Promise.all(
    [...all.map(({ id }) => id), 'evt_unknown'].map((id) =>
      desk.refused('invalid_argument', 'GET', `/v1/events?cursor=${id}`, { key }),
    ),
  )
  for (const { detail, errors, reason } of answers)
    assert.deepEqual([detail, errors, reason], [answers[0]?.detail, answers[0]?.errors, null])
  const admin = await desk.key(['admin'], 'bob')
  for (const { id } of all.filter(({ owner }) => owner !== 'bob')) {
    const { detail } = await desk.refused('event_not_found', 'POST', `/v1/events/${id}/replay`, { key: admin })
    const unknown = await desk.refused('event_not_found', 'POST', '/v1/events/evt_unknown/replay', { key: admin })
    assert.equal(detail, unknown.detail)
  }
})

for (const provider of cases)
  test(`a booking at ${provider.client} comes as its webhook and as the model’s event`, async (t) => {
    const { host, desk, pass } = await begin(t, { feed: true })
    const connection = await host.join(provider)
    await desk.ask('PUT', `/v1/connections/${connection.id}/webhooks`, { body: { bookings: true } })
    await provider.book(connection, new Date(host.clock.now() + 3 * dayMs).toISOString().replace(/T.*/, 'T09:00:00Z'))
    await host.sandbox.delivered()
    await pass(300_000)
    const events = await readAll(desk)
    const types = events.map(({ type }) => type).sort()
    assert.deepEqual(types, ['booking.created', 'connection.created', 'webhook.received'])
    const created = events.find(({ type }) => type === 'booking.created')
    assert.equal(created.booking.attendees[0].name, 'Gil Guest')
  })

test('a wrong cursor, an unknown type and an event that is not there are refused', async (t) => {
  const { refused } = await startService(t, { punctual: { deliverTo: { feed: true } } })
  await refused('invalid_argument', 'GET', '/v1/events?cursor=nonsense')
  await refused('invalid_argument', 'GET', '/v1/events?type=nothing')
  for (const id of ['evt_1_1', '%00', '__proto__', 'x'.repeat(300)])
    assert.equal((await refused('event_not_found', 'POST', `/v1/events/${id}/replay`)).status, 404)
})

test('a dead event is dispatched again, once it is dead, and only for its owner', async (t) => {
  let isAway = true
  const dispatched: string[] = []
  const { host, desk, pass } = await begin(t, {
    types: ['connection.created'],
    handler({ id }) {
      if (isAway) throw new Error('away')
      dispatched.push(id)
    },
  })
  await host.join(calcom)
  const [event] = (await host.punctual.events.list()).events
  const path = `/v1/events/${event?.id}/replay`
  const pending = await desk.refused('event_not_dead', 'POST', path)
  assert.deepEqual([pending.status, pending.reason], [409, 'pending'])
  // Its last try has failed.
  const { outbox } = host.store
  host.sandbox.clock.advance(3600)
  for (const { id } of await outbox.take('w', 1, 1000)) await outbox.fail(id, 'w', 'away', null)
  isAway = false
  const dead = async (key?: string) => {
    const { body } = await desk.ask('GET', '/v1/dispatches?state=dead', key === undefined ? {} : { key })
    return body.dispatches.map(({ id, error }: Json) => [id, error])
  }
  assert.deepEqual(await dead(), [[event?.id, 'away']])
  assert.deepEqual(await dead(await desk.key(['events:read'], String(event?.owner))), [[event?.id, 'away']])
  assert.deepEqual(await dead(await desk.key(['events:read'], 'bob')), [])
  assert.deepEqual((await desk.ask('GET', '/v1/dispatches?state=pending')).body.dispatches, [])
  await desk.refused('event_not_found', 'POST', path, { key: await desk.key(['admin'], 'bob') })
  const { status, body } = await desk.ask('POST', path)
  assert.deepEqual([status, body], [202, { id: event?.id, state: 'pending' }])
  await pass(60_000)
  assert.deepEqual(dispatched, [event?.id])
  assert.equal((await desk.refused('event_not_dead', 'POST', path)).reason, 'done')
})
