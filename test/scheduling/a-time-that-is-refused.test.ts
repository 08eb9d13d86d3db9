// A time that is past or not open is refused with a reason of its own at both providers, so that a caller can offer another one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduling } from '../../src/scheduling/index.ts'
import { all, calcomPerson, calendlyPerson, day, hour, refused } from '../typed/person.ts'

const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }

for (const person of [calendlyPerson, calcomPerson])
  test(`at ${person === calendlyPerson ? 'calendly' : 'calcom'}`, async (t) => {
    const { connection, at } = await person(t, 'eve')
    const calendar = scheduling(connection)
    const eventType = (await all(calendar.eventTypes())).find(({ name }) => name === 'Intro call')
    assert.ok(eventType)
    const [slot] = await all(calendar.slots({ eventType, from: at(hour), to: at(7 * day) }))
    assert.ok(slot)
    const offGrid = new Date(Date.parse(slot.start) + 7 * 60_000)
    const night = `${slot.start.slice(0, 10)}T02:00:00Z`
    const times = [
      ['in_the_past', at(-day), /The time is in the past\./],
      ['slot_taken', new Date(Date.parse(night) + day), /The time is not free\./],
      ['slot_taken', offGrid, /The time is not free\./],
    ] as const
    for (const [reason, start, message] of times) {
      const key = `${reason} ${start.toISOString()}`
      const book = () => calendar.book({ eventType, start, attendee }, { key })
      const first = await refused(book, 'provider_refused', { reason, message })
      const again = await refused(book, 'provider_refused', { reason, message })
      assert.equal(again.message, first.message)
      if (calendar.can('hold').yes)
        await refused(() => calendar.hold({ eventType, start: start.toISOString() }), 'provider_refused', { reason })
    }
    const booked = await calendar.book({ eventType, start: slot.start, attendee }, { key: 'booked' })
    const move = () => calendar.reschedule(booked, { start: at(-day) }, { allow: 'rebook' })
    await refused(move, 'provider_refused', { reason: 'in_the_past' })
    assert.equal((await calendar.booking(booked.id)).status, 'confirmed')
  })
