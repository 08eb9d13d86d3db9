// At Cal.com any token that comes with a booking's uid can read, move and cancel it. A connection does so for its own account alone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduling as ofCalcom } from '../../../src/providers/calcom/scheduling.ts'
import { calcomScopes } from '../../../src/sandbox/world/scopes.ts'
import { type Booking, scheduling } from '../../../src/scheduling/index.ts'
import { startQuietHost } from '../../support/host.ts'
import { all, refused } from '../../typed/person.ts'

const dayMs = 86_400_000
const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
const foreign = {
  reason: 'not_found',
  message: /The booking "[\w-]+" belongs to another person\. Use the connection of one of its hosts\./,
} as const

test('a booking of somebody else is neither read nor changed, by its id or as an object', async (t) => {
  const host = await startQuietHost(t)
  const eves = await host.connect('calcom', { account: 'eve', scopes: [...calcomScopes] })
  const adas = await host.connect('calcom', { account: 'ada', scopes: [...calcomScopes] })
  const [eve, ada] = [scheduling(eves), scheduling(adas)]
  const eventType = (await all(eve.eventTypes({}))).find(({ name }) => name === 'Intro call')
  assert.ok(eventType)
  const span = { from: new Date(host.clock.now() + dayMs), to: new Date(host.clock.now() + 9 * dayMs) }
  const [first, next] = await all(eve.slots({ eventType, ...span }))
  assert.ok(first && next)
  const booked = await eve.book({ eventType, start: first.start, attendee }, { key: 'one' })

  host.sandbox.clock.advance((Date.parse(first.start) - host.sandbox.clock.now()) / 1000)
  await refused(() => ada.booking(booked.id), 'provider_refused', foreign)
  for (const reference of [booked.id, booked]) {
    await refused(() => ada.cancel(reference), 'provider_refused', foreign)
    await refused(() => ada.reschedule(reference, { start: next.start }), 'provider_refused', foreign)
    await refused(() => ada.markNoShow(reference, { attendee: attendee.email }), 'provider_refused', foreign)
  }
  const { status, start, attendees } = await eve.booking(booked.id)
  assert.deepEqual([status, start, attendees[0]?.noShow], ['confirmed', first.start, false])

  // Hosts whose ids are not told may be anybody.
  const untold: Booking = { ...booked, hosts: booked.hosts.map((one) => ({ ...one, id: null })) }
  const how = { reason: null, attendee: null, following: false }
  assert.equal((await ofCalcom.cancel(adas, untold, how)).status, 'cancelled')
})
