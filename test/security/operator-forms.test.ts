// Other sites: forms that they send, pages that they frame, embed or fetch.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connection, type OperatorPlace, startOperatorPlace } from './operator-place.ts'

let place: OperatorPlace
let cookie: string
const origin = 'https://app.example'

before(async () => {
  place = await startOperatorPlace({ after })
  cookie = await place.unlock(await place.signIn())
})

/** Everything that changes something, the session included. */
const forms = [
  ...['/sign-in', '/unlock', '/lock', '/sign-out', '/connections', '/events/replay'],
  ...['/events/evt_1_1/retry', '/events/evt_1_1/replay'],
  ...['test', 'refresh', 'link', 'disconnect', 'webhooks', 'webhooks/end'].map(
    (verb) => `/connections/${connection}/${verb}`,
  ),
]

const strangers: readonly Record<string, string>[] = [
  {},
  { origin: 'https://evil.example' },
  { origin: 'https://app.example.evil.example' },
  { origin: 'https://sister.app.example' },
  { origin: 'http://app.example' },
  { origin: 'https://app.example:8443' },
  { origin: 'null' },
  { referer: `${origin}/operator` },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  // A browser says where a form comes from, and an older word beside it does not count.
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', origin },
  { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'document', origin },
]

test('no form counts that another site, a sister domain or nobody known has sent', async () => {
  for (const path of forms)
    for (const headers of strangers) {
      const form = { key: place.admin.key, to: '', client: 'calendly', since: 'month', scope: 'user' }
      const answer = await place.ask(path, { form, cookie, headers })
      assert.deepEqual(
        [answer.status, answer.headers.get('set-cookie')],
        [403, null],
        `${path} ${JSON.stringify(headers)}`,
      )
    }
  assert.equal((await place.punctual.connections.get(connection)).status, 'active')
  const { items } = await place.punctual.operator.audit()
  assert.deepEqual(
    items.map(({ action }) => action),
    ['unlock', 'sign_in'],
  )
})

test('a form of the pages themselves counts, by either word of the browser', async () => {
  for (const headers of [{ origin }, { origin: 'null', 'sec-fetch-site': 'same-origin' }] as Record<string, string>[])
    assert.equal((await place.ask(`/connections/${connection}/link`, { form: {}, cookie, headers })).status, 200)
})

test('an address that is only opened changes nothing, wherever the link to it stands', async () => {
  for (const path of forms.filter(
    (one) => one !== '/sign-in' && one !== '/connections' && !one.endsWith('disconnect'),
  )) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await place.ask(`${path}?_method=POST`, { method, cookie })
      assert.equal(answer.headers.get('set-cookie'), null)
      // Not found, or the event of that id is.
      assert.equal(answer.status, 404, `${method} ${path}`)
    }
    for (const method of ['PUT', 'PATCH', 'DELETE', 'POST'])
      assert.ok(
        (await place.ask(path, { method, cookie, headers: { 'x-http-method-override': 'POST' } })).status >= 403,
      )
  }
  assert.equal((await place.punctual.connections.get(connection)).status, 'active')
})

test('no page can be framed, embedded or fetched by another site', async () => {
  for (const path of [
    '',
    '/sign-in',
    '/connections',
    `/connections/${connection}/disconnect`,
    '/nowhere',
    '/dashboard.js',
  ]) {
    const shown = await place.ask(path, { cookie })
    if (path !== '/dashboard.js')
      assert.match(
        shown.headers.get('content-security-policy') ?? '',
        /default-src 'none'.*base-uri 'none'; frame-ancestors 'none'/,
      )
    assert.equal(shown.headers.get('x-frame-options'), 'DENY', path)
    assert.equal(shown.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(shown.headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(shown.headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(shown.headers.get('access-control-allow-origin'), null)
    for (const site of ['cross-site', 'same-site'])
      for (const dest of ['iframe', 'frame', 'embed', 'object', 'script', 'image', 'empty']) {
        const headers = { 'sec-fetch-site': site, 'sec-fetch-dest': dest }
        assert.equal((await place.ask(path, { cookie, headers })).status, 403, `${path} ${site} ${dest}`)
      }
  }
})
