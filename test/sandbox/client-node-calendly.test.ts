// node-calendly as it is on npm, against the sandbox: a client that has Calendly's address built in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import calendly from 'node-calendly'
import { createSandbox } from '../../src/sandbox/index.ts'
import { connectCalendly, control, refreshCalendly } from './app.ts'
import { leadProvidersTo } from './provider-hosts.ts'

const Calendly = calendly.default

test('it lists event types, slots, meetings and their invitees, and continues after a refresh', async (t) => {
  await using sandbox = await createSandbox({ ownAddresses: true })
  t.after(leadProvidersTo(sandbox.url))
  const scopes = 'users:read event_types:read availability:read scheduled_events:read organizations:read'
  const tokens = await connectCalendly(sandbox, 'ada', scopes)
  const client = new Calendly(tokens.access_token ?? '')

  const me = await client.users.getCurrentUser()
  assert.deepEqual([me.name, me.email, me.timezone], ['Ada Lindqvist', 'ada@calendly.example', 'Europe/Stockholm'])
  assert.equal(me.uri, 'https://api.calendly.com/users/ADALINDQVIST0001')
  assert.equal(await client.getOrganizationUri(), me.current_organization)

  const first = await client.eventTypes.listUsersEventTypes({ count: 20 })
  const [, token = ''] = /page_token=([^&]+)/.exec(String(first.pagination.next_page)) ?? []
  const second = await client.eventTypes.listUsersEventTypes({ count: 20, page_token: token })
  assert.deepEqual([first.collection.length, second.collection.length], [20, 3])
  const [eventType] = first.collection
  const uuid = Calendly.getUuidFromUri(eventType?.uri ?? '')
  assert.equal((await client.eventTypes.getEventType({ uuid: `${uuid}` })).name, eventType?.name)

  const day = 86_400_000
  const [from, to] = [1, 7].map((days) => new Date(Date.now() + days * day)) as [Date, Date]
  const open = { event_type: eventType?.uri ?? '', start_time: from, end_time: to }
  const { collection: times } = await client.eventTypes.listEventAvailableTimes(open)
  assert.deepEqual([...new Set(times.map(({ status }) => status))], ['available'])

  await control(sandbox, 'POST', 'bookings', { provider: 'calendly', account: 'ada' })
  const { collection: meetings } = await client.scheduledEvents.listEvents({ user: `${me.uri}`, status: 'active' })
  assert.equal(meetings.length, 1)
  const meeting = Calendly.getUuidFromUri(meetings[0]?.uri ?? '')
  const { collection: invitees } = await client.scheduledEvents.listEventInvitees(`${meeting}`, {})
  assert.deepEqual(
    invitees.map(({ email }) => email),
    ['gil@guests.example'],
  )

  sandbox.clock.advance(3 * 3600)
  await assert.rejects(client.getMe(), /^Error: Unauthenticated: The access token expired/)
  const refreshed = await refreshCalendly(sandbox, tokens.refresh_token)
  assert.match(await new Calendly(refreshed.body.access_token).getMe(), /ADALINDQVIST0001$/)
})
