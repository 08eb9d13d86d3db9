// What a person mistypes or opens too late is answered with a sentence and a status that blames no server.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduling } from '../../src/scheduling/index.ts'
import { all } from '../typed/person.ts'
import { formOf, type Page, start } from './bookable-host.ts'

/** Books, and returns the booking as the verbs read it. */
async function bookOn({ ask, connect }: Page, client: string) {
  const connection = await connect(client)
  const { path, fields } = await formOf(ask, connection.id)
  assert.equal((await ask(path, fields)).status, 303)
  const calendar = scheduling(connection)
  const [booking] = await all(calendar.bookings())
  assert.ok(booking)
  return { calendar, booking, fields, base: path.replace('/book', '') }
}

for (const client of ['calendly', 'calcom'] as const) {
  test(`${client}: the white space that a person types is not sent`, async (t) => {
    const page = await start(t)
    const connection = await page.connect(client)
    const { path, fields, company } = await formOf(page.ask, connection.id)
    const typed = {
      name: ' Gil Guest ',
      email: ' gil@guests.example ',
      timeZone: ' Europe/Paris ',
      [company]: ' Acme ',
    }
    assert.equal((await page.ask(path, { ...fields, ...typed })).status, 303)
    const [booking] = await all(scheduling(connection).bookings())
    const { name, email, timeZone } = booking?.attendees[0] ?? {}
    assert.deepEqual([name, email, timeZone], ['Gil Guest', 'gil@guests.example', 'Europe/Paris'])
    assert.ok(booking?.answers.some(({ value }) => value === 'Acme'))
  })

  test(`${client}: each mistake in the form is one sentence in a person's words`, async (t) => {
    const page = await start(t)
    const { path, fields, company } = await formOf(page.ask, (await page.connect(client)).id)
    const typed = { name: '  ', email: 'gil', timeZone: 'Europe/Pairs', [company]: '   ' }
    const { status, text } = await page.ask(path, { ...fields, ...typed })
    assert.equal(status, 400)
    assert.deepEqual(
      [...text.matchAll(/<p class="why">([^<]*)<\/p>/g)].map(([, sentence]) => sentence),
      [
        'Enter a name.',
        'The e-mail address “gil” is not complete, such as ada@example.com.',
        'The time zone “Europe/Pairs” is not known. Enter one such as Europe/Paris.',
        'The question “Company” must be answered.',
      ],
    )
  })

  test(`${client}: an address that names nothing is a 404 without a developer's sentence`, async (t) => {
    const page = await start(t)
    const { base, booking } = await bookOn(page, client)
    const strange = `${booking.id.slice(0, -3)}xyz`
    for (const path of ['move', 'move?booking=x', `move?booking=${encodeURIComponent(strange)}`, 'cancel?booking=x']) {
      const { status, text } = await page.ask(`${base}/${path}`)
      assert.deepEqual([path, status], [path, 404])
      assert.match(text, /role="alert"><p>This account has no such booking\./)
      assert.doesNotMatch(text, /must be|invalid_argument|provider_refused/)
    }
    const form = { booking: 'x', start: booking.start, key: 'k', eventType: 'nope' }
    for (const verb of ['move', 'cancel', 'book']) assert.equal((await page.ask(`${base}/${verb}`, form)).status, 404)
    const unknown = await page.ask(`${base}/book?eventType=nope`)
    assert.equal(unknown.status, 404)
    assert.match(unknown.text, /This account has no such event type\./)
  })

  test(`${client}: the pages of a booking that is cancelled or moved say so, and offer no form`, async (t) => {
    const page = await start(t)
    const { calendar, booking, base } = await bookOn(page, client)
    const [query, later] = [`booking=${encodeURIComponent(booking.id)}`, Date.parse(booking.start) + 86_400_000]
    const moved = await calendar.reschedule(booking, { start: new Date(later) }, { key: 'm', allow: 'rebook' })
    assert.ok('booking' in moved && moved.booking)
    await calendar.cancel(moved.booking, { key: 'c' })
    for (const verb of ['move', 'cancel']) {
      const old = await page.ask(`${base}/${verb}?${query}`)
      assert.equal(old.status, 200)
      assert.match(old.text, /This booking was moved\. <a href="\//)
      const ended = await page.ask(`${base}/${verb}?booking=${encodeURIComponent(moved.booking.id)}&start=${later}`)
      assert.match(
        ended.text,
        /Gil &lt;b&gt;Guest.*This booking is cancelled already\. There is nothing left to change\./s,
      )
      for (const { text } of [old, ended]) assert.doesNotMatch(text, /Nobody|<form class="card|class="slots"/)
    }
    const form = { booking: moved.booking.id, start: booking.start, key: 'again', rebook: 'yes' }
    assert.equal((await page.ask(`${base}/move`, form)).status, 409)
  })

  test(`${client}: a time that was taken meanwhile is a conflict, and the form comes back with a new key`, async (t) => {
    const page = await start(t)
    const { base, fields } = await bookOn(page, client)
    const { status, text } = await page.ask(`${base}/book`, { ...fields, key: 'another' })
    assert.equal(status, 409)
    assert.match(text, /This time is no longer free/)
    assert.doesNotMatch(text, /name="key" value="another"/)
  })
}

test('calendly: the page of answers says how many event types it does not show', async (t) => {
  const page = await start(t)
  const { id } = await page.connect('calendly')
  assert.match((await page.ask(`/connections/${id}/answers`)).text, /Event types.*<p class="quiet">5 more<\/p>/s)
})
