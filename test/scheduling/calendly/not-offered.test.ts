// What the facts call impossible at Calendly: its sandbox has no endpoint for it, ignores it or refuses it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { all, refused } from '../../typed/person.ts'
import { ada, everything } from './ada.ts'

describe('Calendly: what it does not offer', () => {
  test('is refused by name', async (t) => {
    const { scheduling, connection, book } = await ada(t)
    const slot = { eventType: '', start: '', durationMinutes: null }
    await refused(() => scheduling.hold(connection, slot, null), 'not_supported', { reason: 'provider' })
    const booked = await book(0)
    const host = () => scheduling.markNoShow(connection, booked, { host: true }, true)
    await refused(host, 'not_supported', { reason: 'provider' })
    assert.equal(scheduling.reschedule, null)
  })
})

describe('Calendly: what the facts call impossible', () => {
  test('has no endpoint', async (t) => {
    const { connection, book } = await ada(t)
    const { id, attendees } = await book(0)
    const paths = [
      '/event_type_available_times/holds',
      `${id}/reschedule`,
      `${attendees[0]?.id}/cancellation`,
      `${id}/confirm`,
      `${id}/decline`,
    ]
    for (const path of paths) {
      const { response } = await connection.call(path, { method: 'POST', body: '{}' })
      assert.equal(response.status, 404, path)
    }
  })

  test('changes nothing where it is sent, or is refused', async (t) => {
    const { connection, scheduling, requestAt, eventType, window, host } = await ada(t)
    const { start, attendee } = requestAt(0)
    const invitee = { email: attendee.email, timezone: attendee.timeZone, name: attendee.name }
    const body = { event_type: eventType.id, start_time: start, invitee, duration: 240, metadata: { order: '17' } }
    const headers = { 'content-type': 'application/json' }
    const post = (path: string, sent: object) =>
      connection.fetch(path, { method: 'POST', headers, body: JSON.stringify(sent) })
    assert.equal((await post('/invitees', body)).status, 201)
    const [booked] = await all(scheduling.bookings(connection, everything))
    const length = Date.parse(booked?.end ?? '') - Date.parse(booked?.start ?? '')
    assert.deepEqual([length / 60_000, booked?.metadata], [eventType.durations[0], null])
    const noShowOfHost = await post('/invitee_no_shows', { user: connection.account.id })
    assert.equal(noShowOfHost.status, 400)
    const query = new URLSearchParams({
      event_type: eventType.id,
      start_time: new Date(window.from).toISOString(),
      end_time: new Date(window.to).toISOString(),
    })
    const address = `${host.sandbox.url}/calendly/api/event_type_available_times?${query}`
    assert.equal((await host.sandbox.handler(new Request(address))).status, 401)
  })
})
