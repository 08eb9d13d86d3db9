import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFault } from '../support/host.ts'
import { startNight } from './night.ts'

test('a booking whose answer was lost: two clicks lead to the connection, and from there to its bookings', async (t) => {
  const night = await startNight(t)
  const scopes = ['users:read', 'event_types:read', 'scheduled_events:read', 'scheduled_events:write']
  const connection = await night.connect('calendly', { account: 'ada', scopes })
  const other = await night.connect('calendly', { account: 'ben', scopes })
  const types = await connection.fetch(`/event_types?user=${encodeURIComponent(connection.account.id)}`)
  const { collection } = (await types.json()) as { collection: { uri: string }[] }
  await setFault(night, { kind: 'reset_after', endpoint: '/invitees', count: 1 })
  const start = new Date(night.clock.now() + 7 * 86_400_000).toISOString()
  const booking = {
    event_type: collection[0]?.uri,
    start_time: start,
    invitee: { name: 'Gil', email: 'gil@guests.example', timezone: 'UTC' },
  }
  const body = JSON.stringify(booking)
  const headers = { 'content-type': 'application/json' }
  await assert.rejects(connection.fetch('/invitees', { method: 'POST', headers, body }), { reason: 'outcome_unknown' })
  await night.punctual.stop()

  const found = await night.pages().attention(/it is not known whether something was changed/)
  assert.match(found.text, /Look at the booking at the provider before you book it again/)
  const list = await found.press()
  assert.ok(!list.html.includes(other.id), 'only what was touched')
  const page = await list.press('Ada Lindqvist')
  assert.match(page.text, /POST Outcome unknown/)
  assert.match((await page.press('Show the bookings')).text, /Bookings/)
})
