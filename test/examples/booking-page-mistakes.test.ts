// What a visitor mistypes, sends too late or opens from an old tab: each is answered in a visitor's words.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type BookingPageSite, startBookingSite } from './booking-page-site.ts'

let site: BookingPageSite

before(async () => {
  site = await startBookingSite()
})

after(() => site?.stop())

const developers = /answers\.|durationMinutes|must be the id|invalid_argument|attendee\.|: id /

for (const provider of ['calendly', 'calcom'] as const) {
  test(`${provider}: a form that is wrong, too late or without a key comes back with a sentence`, async () => {
    const { ask, formOf } = site
    const { action, fields, company, source } = await formOf(provider, 'Consultation')
    for (const [wrong, status, sentence] of [
      [{ start: '2020-01-01T09:00:00Z' }, 409, /This time has passed\. Please choose another one\..*Another time/s],
      [{ [source]: provider === 'calcom' ? 'Radio' : '  ' }, 422, /Please (choose among these|answer this question)\./],
      [{ [company]: '  ' }, 422, /Please answer this question\./],
      [{ email: 'a b@c' }, 422, /Please enter your e-mail address/],
      [{ start: '5' }, 422, /Please check the form/],
      [{ key: 'x' }, 422, /Please send the form once more\..*value="Gil Guest"/s],
      [{ service: 'nope' }, 404, /There is no page at this address/],
    ] as const) {
      const answer = await ask(action, { ...fields, ...wrong })
      assert.deepEqual([wrong, answer.status], [wrong, status])
      assert.match(answer.text, sentence)
      assert.doesNotMatch(answer.text, developers)
      assert.doesNotMatch(answer.text, /Somebody else has just taken/)
    }
    const booked = await ask(action, { ...fields, minutes: '7', name: ' Gil Guest ' })
    assert.deepEqual([booked.status, booked.location], [303, `/bookings/${fields.key}`])
  })

  test(`${provider}: an old tab of a cancelled booking leads to the booking, and a past time to other times`, async () => {
    const { ask, formOf } = site
    const { action, fields } = await formOf(provider, 'Intro call')
    const { location } = await ask(action, fields)
    const late = await ask(`${location}/move`, { start: '2020-01-01T09:00:00Z' })
    assert.equal(late.status, 409)
    assert.match(late.text, /This time has passed/)
    assert.equal((await ask(`${location}/move`, { start: 'soon' })).location, `${location}/move`)
    await ask(`${location}/cancel`, { reason: ' Ill ' })
    for (const verb of ['move', 'cancel']) {
      const old = await ask(`${location}/${verb}`)
      assert.deepEqual([old.status, old.location], [303, location])
    }
    const tab = await ask(`${location}/move`, { start: fields.start ?? '' })
    assert.deepEqual([tab.status, tab.location], [303, location])
  })

  test(`${provider}: an address that names no service is a 404, and its id in no sentence`, async () => {
    for (const path of ['times?service=nope', 'form?service=nope&start=2030-01-01T09:00:00Z']) {
      const { status, text } = await site.ask(`/salons/${provider}/${path}`)
      assert.equal(status, 404)
      assert.doesNotMatch(text, developers)
    }
  })
}

test('a service that cannot be booked here has no link, and its times and form say so', async () => {
  const { ask } = site
  const { text } = await ask('/salons/calcom')
  assert.match(
    text,
    /<h2>Weekly check-in<\/h2>\s*<p>Four weeks in a row\.<\/p>\s*<p class="quiet">Please contact us to book this\./,
  )
  // The numbers of Eve's services follow each other.
  const { fields } = await site.formOf('calcom', 'Team chat')
  const at = Number(fields.service) + 1
  for (const path of [`times?service=${at}`, `form?service=${at}&start=2030-01-01T09:00:00Z`]) {
    const answer = await ask(`/salons/calcom/${path}`)
    assert.equal(answer.status, 503)
    assert.match(answer.text, /This cannot be done online at the moment/)
  }
})

test('a question without words of its own is named like a label', async () => {
  const { page } = await site.formOf('calcom', 'Consultation')
  assert.match(page, />Notes <span class="quiet">\(optional\)/)
})

test('a name that no owner can have is not signed in', async () => {
  for (const person of ['', '   ', 'x'.repeat(256), 'a\0b']) {
    const { status, text, cookie } = await site.ask('/login', { person })
    assert.deepEqual([status, cookie], [422, null])
    assert.match(text, /role="alert">Please enter your name/)
  }
  assert.equal((await site.ask(`/salons/${'x'.repeat(256)}`)).status, 404)
  assert.match((await site.ask('/login', { person: ' Ada ' })).cookie ?? '', /^session=/)
})
