// The events of a meeting whose attendees join and leave one by one, at Cal.com: with the seat in the webhook, and without.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startEventHost } from './event-host.ts'

for (const told of [true, false])
  test(`each who joins or leaves is a change, a second time too, ${told ? 'by the seat' : 'without the seat'}`, async (t) => {
    const { calendar, eventType, slots, events } = await startEventHost(t, 'calcom', 'Workshop', {
      switches: { calcomSeatInWebhooks: told },
    })
    const start = slots[0]?.start ?? ''
    const book = (name: string, key: string) =>
      calendar.book(
        { eventType, start, attendee: { name, email: `${name}@guests.example`, timeZone: 'Europe/Paris' } },
        { key },
      )
    const { id } = await book('ann', '1')
    await events()
    const leave = (key: string) => calendar.cancel(id, { attendee: 'gil@guests.example', key })
    for (const key of ['2', '3']) {
      await book('gil', key)
      await events()
      await leave(`leave ${key}`)
      await events()
    }
    const cancelled = await calendar.cancel(id, { key: 'all' })
    assert.equal(cancelled.status, 'cancelled')

    const shown = (await events()).map(({ type, booking }) => [
      type,
      booking.status,
      ...new Set(booking.attendees.map(({ email }) => email?.split('@')[0])),
      booking.attendees.length,
    ])
    const [joined, left] = [
      ['booking.created', 'confirmed', 'ann', 'gil', 2],
      ['booking.cancelled', 'confirmed', 'ann', 1],
    ]
    assert.deepEqual(shown, [
      ['booking.created', 'confirmed', 'ann', 1],
      joined,
      left,
      joined,
      left,
      ['booking.cancelled', 'cancelled', 'ann', 1],
    ])
  })
