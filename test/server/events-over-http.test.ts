// The events over HTTP, for a host that cannot receive them, and the dead ones.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { PunctualOptions } from '../../src/index.ts'
import { sandboxClients } from '../support/host.ts'
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
  const desk = await serve(t, host.punctual, { clients: sandboxClients(host.sandbox) })
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

test('a key of one owner reads the events of that owner', async (t) => {
  const { host, desk, pass } = await begin(t, { feed: true })
  await host.join(calcom)
  await host.join(calendly, { owner: 'bob' })
  await pass(60_000)
  const key = await desk.key(['events:read'], 'bob')
  assert.deepEqual(namesOf(await readAll(desk, '', { key })), ['connection.created bob'])
  assert.deepEqual(namesOf(await readAll(desk, '&owner=bob')), ['connection.created bob'])
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
  await desk.refused('event_not_found', 'POST', path, { key: await desk.key(['admin'], 'bob') })
  const { status, body } = await desk.ask('POST', path)
  assert.deepEqual([status, body], [202, { id: event?.id, state: 'pending' }])
  await pass(60_000)
  assert.deepEqual(dispatched, [event?.id])
  assert.equal((await desk.refused('event_not_dead', 'POST', path)).reason, 'done')
})
