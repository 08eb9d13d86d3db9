// `previousStart` says when a moved or rebooked meeting was before, in whatever verb returns the booking.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduling } from '../../src/scheduling/index.ts'
import { all, calcomPerson, calendlyPerson, day, hour } from '../typed/person.ts'
import { startEventHost } from './event-host.ts'

const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }

for (const person of [calendlyPerson, calcomPerson])
  test(`at ${person === calendlyPerson ? 'calendly' : 'calcom'}`, async (t) => {
    const { connection, at } = await person(t, 'eve')
    const calendar = scheduling(connection)
    const eventType = (await all(calendar.eventTypes())).find(({ name }) => name === 'Intro call')
    assert.ok(eventType)
    const slots = await all(calendar.slots({ eventType, from: at(hour), to: at(7 * day) }))
    const [one, other] = [slots[0]?.start ?? '', slots[3]?.start ?? '']
    const booked = await calendar.book({ eventType, start: one, attendee }, { key: 'one' })
    const moved = await calendar.reschedule(booked, { start: other }, { allow: 'rebook' })
    assert.ok(moved.outcome === 'moved' || moved.outcome === 'rebooked')
    const { id } = moved.booking
    const shown = [
      moved.booking,
      await calendar.booking(id),
      ...(await all(calendar.bookings({ from: other }))),
      await calendar.cancel(id),
      await calendar.cancel(id),
    ]
    assert.deepEqual(
      shown.map(({ previousStart }) => previousStart),
      shown.map(() => one),
    )
  })

test('in the event of a booking that was booked again', async (t) => {
  const { calendar, eventType, slots, events } = await startEventHost(t, 'calendly', 'Intro call')
  const [one, other] = [slots[0]?.start ?? '', slots[3]?.start ?? '']
  const booked = await calendar.book({ eventType, start: one, attendee }, { key: 'one' })
  await calendar.reschedule(booked, { start: other }, { allow: 'rebook' })
  const made = (await events()).find(({ booking }) => booking.replaces === booked.id)
  assert.deepEqual([made?.type, made?.booking.previousStart], ['booking.created', one])
})
