// Eve offers the same services at both providers: names, order, questions, places, and what only one provider shows.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, call, connectCalcom, connectCalendly } from './app.ts'

async function both() {
  const sandbox = await box()
  const calendly = await connectCalendly(sandbox, 'eve', 'event_types:read')
  const calcom = await connectCalcom(sandbox, 'eve', 'EVENT_TYPE_READ')
  const at = `${sandbox.calendly.hosts.api}/event_types?user=${calendly.owner}`
  const versions = { 'cal-api-version': '2024-06-14' }
  const theirs = await call(sandbox, `${sandbox.calcom.hosts.api}/v2/event-types`, calcom.access_token, versions)
  const { data } = theirs.body
  const { collection } = (await call(sandbox, at, calendly.access_token)).body
  const byPosition = (await call(sandbox, `${at}&sort=position:asc`, calendly.access_token)).body.collection
  return { collection, byPosition, data }
}

test('the services have the same names, lengths and order at both', async () => {
  const { collection, byPosition, data } = await both()
  const names = data.map((one: { title: string }) => one.title)
  assert.deepEqual(names, [
    'Consultation',
    'House visit',
    'Intro call',
    'On request',
    'Phone call',
    'Private talk',
    'Team chat',
    'Weekly check-in',
    'Where you like',
    'Workshop',
  ])
  for (const list of [collection, byPosition]) {
    assert.deepEqual(
      list.map((one: { name: string }) => one.name),
      names,
    )
  }
  assert.deepEqual(
    collection.map((one: { duration: number; slug: string }) => [one.duration, one.slug]),
    data.map((one: { lengthInMinutes: number; slug: string }) => [one.lengthInMinutes, one.slug]),
  )
  assert.ok(collection.every((one: { active: boolean }) => one.active))
})

test('a consultation has the same questions at both, each under the provider’s own key', async () => {
  const { collection, data } = await both()
  const asked = collection[0].custom_questions
  const fields = data[0].bookingFields.filter((one: { isDefault: boolean }) => !one.isDefault)
  assert.deepEqual(
    asked.map((one: { name: string; type: string; required: boolean }) => [one.name, one.type, one.required]),
    [
      ['Company', 'string', true],
      ['What is it about?', 'text', false],
      ['Telephone', 'phone_number', false],
      ['How did you find us?', 'single_select', true],
      ['Topics', 'multi_select', false],
    ],
  )
  assert.deepEqual([asked[3].include_other, asked[3].answer_choices.length, asked[0].answer_choices], [true, 3, []])
  assert.deepEqual(
    fields.map((one: { label: string; required: boolean }) => [one.label, one.required]),
    asked.map((one: { name: string; required: boolean }) => [one.name, one.required]),
  )
  assert.deepEqual(
    fields.map((one: { slug: string; type: string }) => [one.slug, one.type]),
    [
      ['company', 'text'],
      ['subject', 'textarea'],
      ['telephone', 'phone'],
      ['found-us', 'select'],
      ['topics', 'multiselect'],
    ],
  )
  const more = data[3].bookingFields.map((one: { type: string }) => one.type)
  for (const type of ['number', 'boolean', 'url', 'address', 'multiemail', 'radio', 'checkbox'])
    assert.ok(more.includes(type), type)
})

test('what an event type can be: places, lengths, group, secret, paid, pooled, repeated, announced, approved', async () => {
  const { collection, data } = await both()
  const kinds = collection[8].locations.map((one: { kind: string }) => one.kind)
  assert.equal(new Set(kinds).size, 10)
  const types = data[8].locations.map((one: { type: string }) => one.type)
  assert.deepEqual([...new Set(types)].sort(), [
    'address',
    'attendeeAddress',
    'attendeeDefined',
    'attendeePhone',
    'integration',
    'link',
    'phone',
  ])
  const [consultation, visit, , , , secret, team, , , workshop] = collection
  assert.deepEqual(
    [consultation.duration_options, workshop.kind, team.pooling_type],
    [[30, 60], 'group', 'round_robin'],
  )
  assert.deepEqual(
    [secret.secret, secret.is_paid, visit.locations[0].location],
    [true, true, '12 Harbour Street, Lagos'],
  )
  const [long, house, , request, , hidden, , weekly, , seated] = data
  assert.deepEqual([long.lengthInMinutesOptions, seated.seats.seatsPerTimeSlot], [[30, 60], 5])
  assert.deepEqual([house.minimumBookingNotice, request.confirmationPolicy.type], [1440, 'always'])
  assert.deepEqual([hidden.hidden, hidden.disableGuests, hidden.price], [true, true, 5000])
  assert.deepEqual(weekly.recurrence, { interval: 1, occurrences: 4, frequency: 'weekly' })
})
