// Where a form or an address of the sandbox's own pages is wrong: what was typed is kept, and the page says what to do.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, form, send, start } from './app.ts'
import { headers, submit } from './page-forms.ts'

test('an error stands beside its field, and what was typed is kept', async () => {
  const sandbox = await box()
  const slow = await submit(sandbox, '/scenarios', 'provider-slow', {
    provider: 'calcom',
    seconds: 'lots',
    minutes: '7',
  })
  assert.equal(slow.status, 400)
  assert.match(slow.text, /aria-describedby="provider-slow-seconds-error" aria-invalid="true" autofocus value="lots"/)
  assert.match(slow.text, /role="alert" id="provider-slow-seconds-error">Give a number of seconds\.</)
  assert.match(slow.text, /id="scenario-provider-slow" open>/)
  assert.match(slow.text, /name="minutes" aria-describedby="[^"]*" value="7"/)
  assert.match(slow.text, /<option value="calcom" selected>Cal\.com</)
  assert.equal(slow.text.match(/role="alert"/g)?.length, 1)
  assert.match(slow.text, /<title>Not accepted: Scenarios · Sandbox</)
  assert.ok(!slow.text.includes('/sandbox.js'), 'a page that must not be fetched again')

  const guest = { 'guest.email': 'nobody', 'guest.name': 'Hal "H" Harper' }
  const book = await submit(sandbox, '/people/calendly/ADALINDQVIST0001/book', 'book', guest)
  assert.match(
    book.text,
    /value="nobody"[^>]*>\s*<p class="error" role="alert"[^>]*>Give the email address of a guest\.</,
  )
  assert.match(book.text, /value="Hal "H" Harper"/)
  const zone = await submit(sandbox, '/people/calcom/101/book', 'book', { 'guest.timeZone': 'Mars/Base' })
  assert.match(
    zone.text,
    /value="Mars\/Base"[\s\S]*?class="error"[^>]*>Give an IANA time zone such as Europe\/Stockholm\.</,
  )
  const clock = await submit(sandbox, '/clock', 'by', { advance: 'soon' })
  assert.match(clock.text, /value="soon"[\s\S]*?class="error"[^>]*>Give a span such as 30m, 3h or 2d/)
  const client = await submit(sandbox, '/clients', 'register-calcom', { redirectUris: 'http://app.example/' })
  assert.match(client.text, /http:\/\/app\.example\/<\/textarea>[\s\S]*?class="error"[^>]*>Cal\.com takes 1 to 10/)
  const number = await submit(sandbox, '/switches', 'calcomWebhookAttempts', { calcomWebhookAttempts: '9' })
  assert.match(number.text, /<details class="fold" open>[\s\S]*?value="9"[\s\S]*?class="error"/)
  const person = await submit(sandbox, '/scenarios', 'access-revoked')
  assert.match(person.text, /id="access-revoked-who-error">This person has given no access/)
  assert.equal(sandbox.clock.now(), start, 'nothing has happened')
})

test('a form leads only to pages of the sandbox, and a form of another site sees none of them', async () => {
  const sandbox = await box()
  const post = (fields: Record<string, string>, more: Record<string, string> = {}) =>
    send(sandbox, `${sandbox.url}/control/clock`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: form({ advance: '1m', ...fields }),
    })
  for (const page of [
    'https://evil.example/',
    '//evil.example/clock',
    '/\\evil.example',
    '/control/clock',
    'clock:x',
  ]) {
    assert.equal((await post({ _page: page })).headers.get('location'), '/', page)
    assert.equal((await post({ _page: '/clock', _next: page })).headers.get('location'), '/', page)
  }
  assert.equal((await post({ _page: '/requests?status=ok' })).headers.get('location'), '/requests?status=ok')
  const foreign = await post({ _page: '/clock' }, { 'sec-fetch-site': 'cross-site' })
  assert.equal(foreign.status, 403)
  assert.ok(!foreign.text.includes('<nav'))
  const script = await post({ advance: '<script>alert(1)</script>', _page: '/clock', _form: 'by' })
  assert.ok(script.status === 400 && !script.text.includes('<script>alert'))
})

test('an address without a page gets one that leads on, and a program gets JSON', async () => {
  const sandbox = await box()
  for (const path of ['/nothing', '/bookings/none', '/people/calendly/none', '/people/calcom/none/book']) {
    const { status, text } = await send(sandbox, sandbox.url + path, { headers })
    assert.equal(status, 404, path)
    assert.match(text, /<a class="button" href="\/">To the overview<\/a>/)
  }
  const { status, body } = await send(sandbox, `${sandbox.url}/nothing`)
  assert.deepEqual([status, body], [404, { error: 'The sandbox has no page at this address.' }])
})
