// The pages of bookings of a host application, requested directly.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduling } from '../../src/scheduling/index.ts'
import { type Host, setFault } from '../support/host.ts'
import { all } from '../typed/person.ts'
import { formOf, start } from './bookable-host.ts'

const names = ['calendly', 'calcom'] as const

async function booked({ punctual, person }: Host) {
  const { connections } = await punctual.connections.list({ owner: person ?? '' })
  const lists = await Promise.all(connections.map((one) => all(scheduling(one).bookings())))
  return lists.flat()
}

for (const client of names) {
  test(`${client}: a form that is sent twice books once, and each form has a key of its own`, async (t) => {
    const { host, ask, connect } = await start(t)
    const { id } = await connect(client)
    const { path, fields } = await formOf(ask, id)
    for (let times = 0; times < 2; times++) {
      const { status, location } = await ask(path, fields)
      assert.deepEqual(
        [status, location],
        [303, `/connections/${id}/bookings?punctual=bookings&client=${client}&outcome=booked`],
      )
    }
    assert.equal((await booked(host)).length, 1)
    const { text } = await ask(`/connections/${id}/bookings`)
    assert.match(text, /Gil &lt;b&gt;Guest/)
    assert.doesNotMatch(text, /<b>/)

    const other = await formOf(ask, id)
    assert.notEqual(other.fields.key, fields.key)
    const reused = await ask(path, { ...fields, name: 'Somebody else' })
    assert.equal(reused.status, 400)
    assert.match(reused.text, /key was used for another request/)
    assert.equal((await booked(host)).length, 1)
  })

  test(`${client}: a form with a mistake comes back with what was typed, its key and a sentence`, async (t) => {
    const { host, ask, connect } = await start(t)
    const { path, fields, company } = await formOf(ask, (await connect(client)).id)
    const { status, text } = await ask(path, { ...fields, [company]: '' })
    assert.equal(status, 400)
    assert.match(text, /role="alert".*The question “Company” must be answered/s)
    for (const value of [fields.key, 'gil@guests.example', 'Gil &lt;b&gt;Guest&lt;/b&gt;'])
      assert.ok(text.includes(`value="${value}"`), value)
    for (const start of ['', '<b>soon</b>']) {
      const strange = await ask(path, { ...fields, start })
      assert.equal(strange.status, 400)
      assert.doesNotMatch(strange.text, /soon/)
      assert.equal((await ask(path.replace('book', 'move'), { booking: 'x', start })).status, 400)
    }
    assert.equal((await booked(host)).length, 0)
    assert.equal((await ask(path, fields)).status, 303)
    const taken = await ask(path, { ...fields, key: 'another' })
    assert.match(taken.text, /This time is no longer free\. Choose another one\./)
    assert.equal((await booked(host)).length, 1)
  })

  test(`${client}: without mayBook the page shows bookings, and changes none whatever a form says`, async (t) => {
    const { host, ask, connect } = await start(t, {})
    const connection = await connect(client)
    const calendar = scheduling(connection)
    const eventType = (await all(calendar.eventTypes({ active: true }))).find(({ name }) => name === 'Intro call')
    assert.ok(eventType)
    const from = host.clock.now() + 3_600_000
    const [slot] = await all(calendar.slots({ eventType, from: new Date(from), to: new Date(from + 6 * 86_400_000) }))
    const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'UTC' }
    const { id } = await calendar.book({ eventType, start: slot?.start ?? '', attendee }, { key: 'k' })
    const { text } = await ask(`/connections/${connection.id}/bookings`)
    assert.match(text, /<strong>Gil<\/strong>/)
    assert.match(text, /nobody’s calendar is changed by accident/)
    assert.doesNotMatch(text, /Book a meeting|>Move<|>Cancel</)
    const form = {
      booking: id,
      eventType: eventType.id,
      start: slot?.start ?? '',
      key: 'x',
      name: 'Gil',
      rebook: 'yes',
    }
    for (const verb of ['book', 'move', 'cancel']) {
      assert.equal((await ask(`/connections/${connection.id}/${verb}`, form)).status, 403)
      assert.equal((await ask(`/connections/${connection.id}/${verb}?booking=${encodeURIComponent(id)}`)).status, 403)
    }
    assert.deepEqual(
      (await booked(host)).map(({ status }) => status),
      ['confirmed'],
    )
  })
}

test('a booking that only the attendee may move stays where it is without the tick, and the page has the link', async (t) => {
  const { host, ask, connect } = await start(t)
  const { path, fields } = await formOf(ask, (await connect('calendly')).id)
  await ask(path, fields)
  const [booking] = await booked(host)
  const later = new Date(Date.parse(fields.start) + 86_400_000 * 3).toISOString()
  const form = { booking: booking?.id ?? '', start: later, key: 'move-1' }
  const { status, text } = await ask(path.replace('book', 'move'), form)
  assert.equal(status, 200)
  assert.ok(text.includes(`<a href="${booking?.attendees[0]?.manage?.rescheduleUrl}">`))
  assert.deepEqual(await booked(host), [booking])
})

test('an account whose bookings cannot be read shows why, and the page of its connection the way out', async (t) => {
  const { host, ask, connect } = await start(t)
  const { id } = await connect('calendly', ['users:read', 'event_types:read'])
  const { text } = await ask(`/connections/${id}/bookings`)
  assert.match(text, /was not granted: scheduled_events:read.*See what was granted/s)
  assert.match((await ask(`/connections/${id}`)).text, /Not granted:.*scheduled_events:read.*Ask for the rest/s)
  const { id: whole } = await connect('calcom')
  await setFault(host, { kind: 'status', status: 503, endpoint: 'api', provider: 'calcom', count: null })
  const { status, text: away } = await ask(`/connections/${whole}/bookings`)
  assert.equal(status, 200)
  assert.match(away, /Cal\.com did not respond\./)
})

test('a provider that never answers delays its own page alone, and not for long', async (t) => {
  const { host, ask, connect } = await start(t)
  const { id } = await connect('calendly')
  await setFault(host, { kind: 'hang', endpoint: 'api', provider: 'calendly', count: null })
  const [before, asked] = [host.clock.now(), host.sandbox.requests().length]
  for (const path of ['/', '/connections', `/connections/${id}`, '/clients'])
    assert.equal((await ask(path)).status, 200)
  assert.equal(host.sandbox.requests().length, asked, 'no other page asks the provider')
  for (const part of ['bookings', 'answers'])
    assert.match((await ask(`/connections/${id}/${part}`)).text, /Calendly did not respond\./)
  assert.ok(host.clock.now() - before < 30_000)
})

test('nobody without a name sees or changes a booking', async (t) => {
  const { host, ask, connect } = await start(t)
  const { id } = await connect('calcom')
  host.person = null
  for (const verb of ['bookings', 'book', 'move', 'cancel'])
    assert.equal((await ask(`/connections/${id}/${verb}`)).status, 401)
  for (const verb of ['book', 'move', 'cancel'])
    assert.equal((await ask(`/connections/${id}/${verb}`, { booking: 'x', key: 'k' })).status, 401)
})

test('a person who may only look sees bookings, and changes none', async (t) => {
  const { ask, connect } = await start(t, { mayBook: () => true, mayAct: () => false })
  const { id } = await connect('calcom')
  assert.doesNotMatch((await ask(`/connections/${id}/bookings`)).text, /Book a meeting/)
  for (const verb of ['book', 'move', 'cancel']) {
    assert.equal((await ask(`/connections/${id}/${verb}`)).status, 403)
    assert.equal((await ask(`/connections/${id}/${verb}`, { booking: 'x', key: 'k' })).status, 403)
  }
})
