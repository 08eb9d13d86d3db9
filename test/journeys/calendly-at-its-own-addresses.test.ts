// The client as in production, with Calendly's own hosts, against a sandbox that uses these addresses.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calendlyApi as typedCalls } from '../../src/providers/calendly/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { startQuietHost } from '../support/host.ts'

const scopes = ['users:read', 'event_types:read', 'organizations:read', 'scheduled_events:write', 'webhooks:write']

test('connects, follows pages, receives bookings and disconnects', async (t) => {
  const received: string[] = []
  const host = await startQuietHost(
    t,
    {},
    {
      ownAddresses: true,
      deliver: (url, { headers, body }) => punctual.handler(new Request(url, { method: 'POST', headers, body })),
    },
  )
  const { clientId, clientSecret } = host.sandbox.calendly
  const webhookKeys = [host.sandbox.calendlyWebhookKey]
  const punctual = host.another({ clients: [calendly({ clientId, clientSecret, scopes, webhookKeys })] })
  punctual.on((event) => {
    if (event.type === 'webhook.received') received.push(event.name)
  })
  const connection = await host.connect('calendly', { through: punctual, account: 'ada' })
  assert.equal(connection.account.id, 'https://api.calendly.com/users/ADALINDQVIST0001')
  const typed = typedCalls(connection)
  const names = new Set<string>()
  for await (const { uri } of typed.eventTypes({ count: 10 })) names.add(uri)
  assert.equal(names.size, 23)
  assert.ok([...names].every((uri) => uri.startsWith('https://api.calendly.com/event_types/')))
  assert.equal((await typed.organization()).kind, 'multiple')
  await punctual.webhooks.subscribe(connection, ['invitee.created', 'invitee.canceled'])
  const booked = await host.sandbox.handler(
    new Request(`${host.sandbox.url}/control/bookings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ provider: 'calendly', account: 'ada' }),
    }),
  )
  assert.equal(booked.status, 201)
  await host.sandbox.delivered()
  assert.deepEqual(received, ['invitee.created'])
  assert.deepEqual((await connection.disconnect()).remainingWebhooks, [])
})
