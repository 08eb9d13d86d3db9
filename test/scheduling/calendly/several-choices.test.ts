// Calendly keeps several choices as one text. A booking with such an answer is booked again with the same choices, whatever
// joins them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduling } from '../../../src/scheduling/index.ts'
import { all, calendlyPerson, day } from '../../typed/person.ts'

for (const separator of ['\n', ', ', ','])
  test(`choices that are joined by ${JSON.stringify(separator)} are those of the new booking too`, async (t) => {
    const { connection, at } = await calendlyPerson(t, 'eve')
    const calendar = scheduling(connection)
    const eventType = (await all(calendar.eventTypes())).find(({ slug }) => slug === 'consultation')
    assert.ok(eventType)
    const [first, second] = await all(calendar.slots({ eventType, from: at(day), to: at(8 * day) }))
    const answers = {
      Company: 'Guests & Co',
      'How did you find us?': 'Search',
      Topics: ['Taxes', 'Audit'].join(separator),
    }
    const given = Object.entries(answers).map(([question, answer], position) => ({ question, answer, position }))
    const response = await connection.fetch('/invitees', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        event_type: eventType.id,
        start_time: first?.start,
        invitee: { name: 'Gil', email: 'gil@guests.example', timezone: 'UTC' },
        location: { kind: 'google_conference' },
        questions_and_answers: given,
      }),
    })
    const { resource } = await response.json()
    const result = await calendar.reschedule(resource.event, { start: second?.start ?? '' }, { allow: 'rebook' })
    assert.ok(result.outcome === 'rebooked', result.outcome)
    const topics = result.booking.answers.find(({ label }) => label === 'Topics')
    assert.deepEqual(String(topics?.value).split(/\n|,/), ['Taxes', 'Audit'])
  })
