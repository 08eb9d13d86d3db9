// The sandbox's own pages: what they say, and what their forms do.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, call, connectCalcom, connectCalendly, control, form, receiver, send, sendJson, start } from './app.ts'
import { headers, open, submit, words } from './page-forms.ts'

for (const [provider, id, event] of [
  ['calendly', 'EVEOKAFOR0000005', 'Consultation'],
  ['calcom', '105', 'Consultation'],
] as const) {
  test(`a booking says what it booked, and is moved and canceled on its page: ${provider}`, async () => {
    const sandbox = await box()
    const types = await open(sandbox, `/people/${provider}/${id}`)
    const [, book = ''] = /href="(\/people\/[^"]*\/book\?eventType=[^"]*)"/.exec(types) ?? []
    const guest = { 'guest.name': 'Hal Harper', 'guest.email': 'hal@guests.example', 'guest.timeZone': 'Asia/Tokyo' }
    const booked = await submit(sandbox, book, 'book', guest)
    assert.equal(booked.status, 303, booked.text)
    const path = booked.location ?? ''
    const text = words(await open(sandbox, path))
    for (const part of [
      'Booked. The guest',
      `${event}, 30 minutes`,
      'Host Eve Okafor',
      'Guest Hal Harper hal@guests.example',
      'Mon 23 Nov 2026, 09:00–09:30 Africa/Lagos, UTC+1, the host’s zone',
      'Mon 23 Nov 2026, 17:00–17:30 Asia/Tokyo, UTC+9, the guest’s zone',
      'Where ',
    ]) {
      assert.ok(text.includes(part), `${part}: ${text}`)
    }
    const moved = await submit(sandbox, path, 'move')
    assert.match(moved.location ?? '', /^\/bookings\/[\w-]+\?done=moved$/)
    const now = moved.location ?? ''
    assert.ok(words(await open(sandbox, now)).includes('Moved from another booking'))
    assert.ok(words(await open(sandbox, path)).includes('Moved to another booking'))
    const canceled = await submit(sandbox, now, 'cancel', { reason: 'Ill' })
    assert.equal(canceled.status, 303)
    const after = words(await open(sandbox, canceled.location ?? ''))
    assert.ok(after.includes('Reason Ill') && after.includes('canceled') && !after.includes('Cancel it'))
    assert.ok(words(await open(sandbox, '/bookings?when=ended')).includes('with Hal Harper'))
    assert.ok(words(await open(sandbox, '/bookings')).includes('Nothing is booked'))
  })
}

test('the host confirms and declines at Cal.com, on the page and by program', async () => {
  const sandbox = await box()
  const wish = { provider: 'calcom', account: 'eve', eventType: 'on-request' }
  const { id } = (await control(sandbox, 'POST', 'bookings', wish)).body
  assert.ok(words(await open(sandbox, `/bookings/${id}`)).includes('waits for the host'))
  assert.equal((await submit(sandbox, `/bookings/${id}`, 'confirm')).status, 303)
  assert.equal((await control(sandbox, 'GET', 'bookings')).body.bookings[0].state, 'booked')
  const again = await control(sandbox, 'POST', `bookings/${id}/decline`, {})
  assert.deepEqual([again.status, again.body.error], [400, 'This booking does not wait for the host.'])
  const other = (await control(sandbox, 'POST', 'bookings', wish)).body
  await control(sandbox, 'POST', `bookings/${other.id}/decline`, { reason: 'No' })
  const states = (await control(sandbox, 'GET', 'bookings')).body.bookings
  assert.deepEqual(
    states.map((one: { state: string; reason: string | null }) => [one.state, one.reason]),
    [
      ['booked', null],
      ['declined', 'No'],
    ],
  )
})

test('a scenario is started on the page for one person, is shown with its effect, and is ended there', async () => {
  const sandbox = await box()
  const { access_token } = await connectCalendly(sandbox, 'ada')
  const ask = () => call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, access_token)
  const started = await submit(sandbox, '/scenarios', 'page-instead-of-json', { who: 'calendly/BENCARTER0000002' })
  assert.deepEqual([started.status, started.location], [303, '/scenarios?done=started'])
  await submit(sandbox, '/scenarios', 'provider-down', { provider: 'calendly', minutes: '' })
  assert.equal((await ask()).status, 503)
  const text = words(await open(sandbox, '/scenarios?done=started'))
  for (const part of ['The scenario is on.', '2 scenarios on', 'Calendly, Ben Carter, API calls after 1 more time'])
    assert.ok(text.includes(part), part)
  assert.match(text, /A provider is down for an hour Calendly when you end it 1 time End it/)
  const { faults } = (await control(sandbox, 'GET', 'faults')).body
  for (const { id } of faults) assert.equal((await submit(sandbox, '/scenarios', `end-${id}`)).status, 303)
  assert.equal((await ask()).status, 200)
  assert.ok((await open(sandbox, '/scenarios')).includes('Nothing goes wrong at present'))
  const gone = await send(sandbox, `${sandbox.url}/control/faults/${faults[0].id}/remove`, {
    method: 'POST',
    headers,
    body: form({ _page: '/scenarios', _form: `end-${faults[0].id}` }),
  })
  assert.equal(gone.status, 404)
  assert.match(gone.text, /<div class="notice bad" role="alert">There is no fault with this id/)
})

test('a secret that is made on a page is shown once', async () => {
  const sandbox = await box()
  const { clientId } = sandbox.calcom
  const replaced = await submit(sandbox, '/clients', `renew-${clientId.slice(0, 12)}`)
  assert.equal(replaced.status, 200)
  const [, secret = ''] = /<dt>Secret<\/dt><dd><code>([0-9a-f]{64})</.exec(replaced.text) ?? []
  assert.notEqual(secret, '')
  assert.ok(!(await open(sandbox, '/clients')).includes(secret))
  const made = await submit(sandbox, '/clients', 'register-calendly', {
    name: 'Shop',
    redirectUris: 'https://a.example/\r\nhttps://b.example/',
  })
  assert.match(made.text, /Webhook key<\/dt>/)
  const added = (await control(sandbox, 'GET', 'clients')).body.clients.at(-1)
  assert.deepEqual([added.name, added.redirectUris], ['Shop', ['https://a.example/', 'https://b.example/']])
  await submit(sandbox, '/clients', `status-${clientId.slice(0, 12)}`, { status: 'REJECTED' })
  const changed = (await control(sandbox, 'GET', 'clients')).body.clients.find(
    (one: { id: string }) => one.id === clientId,
  )
  assert.equal(changed.status, 'REJECTED')
})

test('the clock page says what moving it would do, and moves it', async () => {
  const sandbox = await box()
  await connectCalcom(sandbox, 'ben')
  const text = words(await open(sandbox, '/clock'))
  assert.match(text, /30 minutes until Sat 21 Nov 2026, 12:30 UTC 1 token ends access token of Ben Carter at Cal\.com/)
  assert.ok(!text.includes('refuses webhooks now'))
  assert.equal((await submit(sandbox, '/clock', 'move-1h')).location, '/clock?done=clock')
  assert.equal(sandbox.clock.now(), start + 3_600_000)
  assert.ok(words(await open(sandbox, '/clock')).includes('An app that keeps real time refuses webhooks now'))
  await submit(sandbox, '/clock', 'back')
  assert.equal(sandbox.clock.now(), start)
  await submit(sandbox, '/clock', 'to', { set: '2027-01-01T09:00:00Z' })
  await submit(sandbox, '/clock', 'reset-all')
  assert.equal(sandbox.clock.now(), start)
})

test('requests are a log, newest first, with a filter and pages', async () => {
  const sandbox = await box()
  assert.ok((await open(sandbox, '/requests')).includes('No request has come yet'))
  const { access_token } = await connectCalendly(sandbox, 'ada')
  await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, access_token)
  await call(sandbox, `${sandbox.calcom.hosts.api}/v2/me`, 'dead')
  const heads = async (query = '') =>
    [...(await open(sandbox, `/requests${query}`)).matchAll(/<strong>([^<]*)<\/strong>/g)].map(([, what]) => what)
  assert.deepEqual(await heads(), [
    'GET /v2/me',
    'GET /users/me',
    'Exchange of a code',
    'Consent given',
    'Consent page opened',
  ])
  assert.deepEqual(await heads('?status=refused'), ['GET /v2/me'])
  assert.deepEqual(await heads('?who=calendly&endpoint=token'), ['Exchange of a code'])
  assert.deepEqual(await heads('?who=calendly%2FADALINDQVIST0001&endpoint=api'), ['GET /users/me'])
  assert.deepEqual(await heads('?who=calcom&status=ok'), ['No request fits'])
  const same = (await control(sandbox, 'GET', 'requests?status=401&provider=calcom')).body.requests
  assert.deepEqual(
    same.map((one: { path: string }) => one.path),
    ['/v2/me'],
  )
  for (let made = 0; made < 40; made += 1) await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, access_token)
  assert.equal((await heads()).length, 30)
  assert.ok((await open(sandbox, '/requests?status=ok&page=1')).includes('href="?status=ok&page=2"'))
  assert.equal((await heads('?page=2')).length, 15)
  assert.equal((await submit(sandbox, '/requests', 'clear')).location, '/requests?done=cleared')
  assert.deepEqual(sandbox.requests(), [])
})

test('a webhook is listed on the page of its booking with each answer, and is sent again from there', async () => {
  const hooks = receiver()
  hooks.status = 401
  const sandbox = await box({ deliver: hooks.deliver })
  const { access_token } = await connectCalcom(sandbox, 'ada', 'WEBHOOK_WRITE')
  const hook = { subscriberUrl: 'https://my.app/hooks', triggers: ['BOOKING_CREATED'], active: true }
  await sendJson(sandbox, 'POST', `${sandbox.calcom.hosts.api}/v2/webhooks`, access_token, hook)
  const { id } = (await control(sandbox, 'POST', 'bookings', { provider: 'calcom', account: 'ada' })).body
  await sandbox.delivered()
  const text = await open(sandbox, `/bookings/${id}`)
  assert.ok(text.includes('BOOKING_CREATED') && text.includes('The receiver answered 401'))
  hooks.status = 200
  const [webhook] = sandbox.webhooks()
  assert.equal((await submit(sandbox, `/bookings/${id}`, `again-${webhook?.id}`)).location, `/bookings/${id}?done=sent`)
  await sandbox.delivered()
  assert.ok(words(await open(sandbox, '/webhooks?state=delivered')).includes('12:00:00: the receiver answered 200'))
  assert.ok((await open(sandbox, '/webhooks?who=calendly')).includes('No webhook fits'))
})
