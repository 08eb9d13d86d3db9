// Connections, their tokens and their subscriptions over HTTP.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startService } from './service.ts'

test('connections are listed page by page, filtered, read and ended', async (t) => {
  const { ask, refused, connect, host } = await startService(t)
  const ids = [await connect('calendly', 'ada'), await connect('calcom', 'ada'), await connect('calcom', 'bob')]
  const idsOf = (body: { connections: { id: string }[] }) => body.connections.map(({ id }) => id)

  assert.deepEqual(idsOf((await ask('GET', '/v1/connections')).body).sort(), [...ids].sort())
  assert.deepEqual(idsOf((await ask('GET', '/v1/connections?owner=bob')).body), [ids[2]])
  assert.equal((await ask('GET', '/v1/connections?client=calcom&status=active')).body.connections.length, 2)
  const first = (await ask('GET', '/v1/connections?limit=2')).body
  const second = (await ask('GET', `/v1/connections?limit=2&cursor=${first.cursor}`)).body
  assert.deepEqual([...idsOf(first), ...idsOf(second)].sort(), [...ids].sort())
  assert.equal(second.cursor, null)
  await refused('invalid_argument', 'GET', '/v1/connections?cursor=nonsense')

  const path = `/v1/connections/${ids[0]}`
  const { body } = await ask('GET', path)
  assert.deepEqual([body.owner, body.client, body.provider, body.status], ['ada', 'calendly', 'calendly', 'active'])
  assert.match(body.createdAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  const { body: ended } = await ask('DELETE', path)
  assert.deepEqual([...ended.revoked].sort(), ['access_token', 'refresh_token'])
  await refused('connection_not_found', 'DELETE', path)
  assert.equal((await ask('GET', path)).body.status, 'disconnected')
  assert.ok(host.sandbox.requests().some((request) => request.path.endsWith('/revoke')))
})

test('a token is read live, and never for a connection that needs a person', async (t) => {
  const { ask, refused, connect, host } = await startService(t)
  const id = await connect('calcom')
  const path = `/v1/connections/${id}/token`
  const { body } = await ask('POST', path)
  assert.equal(body.generation, 1)
  assert.ok(body.accessToken.length > 10)
  // An empty body is an empty object, whatever its type says.
  const again = await ask('POST', path, { headers: { 'content-type': 'application/json' } })
  assert.deepEqual(again.body, body)
  host.sandbox.clock.advance(25 * 60)
  const renewed = await ask('POST', path, { body: { minimumValidityMs: 20 * 60_000 } })
  assert.equal(renewed.body.generation, 2)
  assert.notEqual(renewed.body.accessToken, body.accessToken)
  await refused('invalid_argument', 'POST', path, { body: { minimumValidityMs: '60000' } })
  await refused('invalid_argument', 'POST', path, { body: { minimumValidityMs: -1 } })
})

test('an answer or a problem never has a token in it but where a token is asked for', async (t) => {
  const { ask, connect, page } = await startService(t)
  const id = await connect('calendly')
  const { accessToken } = await (await page.punctual.connections.get(id)).token()
  for (const path of ['', '/capabilities', '/event-types', '/bookings', '/webhooks', '/event-types/nonsense']) {
    const { body } = await ask('GET', `/v1/connections/${id}${path}`)
    assert.ok(!JSON.stringify(body).includes(accessToken), path)
  }
})

test('webhooks are subscribed to, listed and removed', async (t) => {
  const { ask, refused, connect } = await startService(t)
  const path = `/v1/connections/${await connect('calcom')}/webhooks`
  assert.deepEqual((await ask('GET', path)).body.subscriptions, [])
  const { body } = await ask('PUT', path, { body: { bookings: true } })
  const [subscription] = body.subscriptions
  assert.equal(subscription.state, 'active')
  assert.ok(subscription.events.includes('BOOKING_CREATED'))
  assert.deepEqual((await ask('PUT', path, { body: { bookings: true } })).body, body)
  assert.deepEqual((await ask('GET', path)).body, body)
  const other = await ask('PUT', path, { body: { events: ['BOOKING_CREATED'] } })
  assert.deepEqual(other.body.subscriptions.at(-1).events, ['BOOKING_CREATED'])
  const removed = await ask('DELETE', path)
  assert.equal(removed.body.subscriptions.at(-1).state, 'removed')
  for (const wrong of [{}, { events: [] }, { bookings: false }, { events: ['NOTHING_OF_THE_KIND'] }, { scope: 'moon' }])
    await refused('invalid_argument', 'PUT', path, { body: wrong })
  await refused('invalid_argument', 'DELETE', `${path}?scope=moon`)
})
