import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConnectPage } from '../../src/dashboard/index.ts'
import { baseUrl, locationOf, setFault } from '../support/host.ts'
import { prefetches } from '../support/settings.ts'
import { startConnectPage } from './connect-page-stage.ts'

const textOf = async (response: Response) => (await response.text()).replace(/<style>.*<\/style>/s, '')

test('the page names the application, what can be connected and what the connection will be able to do', async (t) => {
  const { open, create } = await startConnectPage(t)
  const response = await open(await create({ clients: ['calendly', 'calcom'] }))
  assert.equal(response.status, 200)
  const text = await textOf(response)
  assert.match(text, /<h1>Connect your account<\/h1>/)
  assert.match(text, /Acme Bookings would like to work with your bookings/)
  assert.match(text, /<h2[^>]*>Calendly<\/h2>.*Continue to Calendly.*see your event types/s)
  assert.match(text, /<h2[^>]*>Cal\.com<\/h2>.*Continue to Cal\.com.*book, move and cancel meetings/s)
  assert.match(text, /Time left on this page: (29|30)\u00a0min\./)
  assert.doesNotMatch(text, /change your event types/)
})

test('what is asked for decides what the page lists, and scopes without plain words are named', async (t) => {
  const { open, create } = await startConnectPage(t)
  const text = await textOf(
    await open(await create({ clients: ['calendly'], scopes: ['users:read', 'contacts:read', 'webhooks:read'] })),
  )
  assert.deepEqual(text.match(/<li>.*?<\/li>/g), ['<li>see your name, e-mail address and time zone</li>'])
  assert.match(text, /<code>contacts:read<\/code> <code>webhooks:read<\/code>/)
  const features = await textOf(await open(await create({ clients: ['calendly'], features: ['book', 'cancel'] })))
  assert.match(features, /<li>book and cancel meetings<\/li>/)
  assert.doesNotMatch(features, /Further permissions/)
})

test('several lists are folded, one is open, and each button has a mark of its own', async (t) => {
  const { open, create } = await startConnectPage(t)
  const several = await textOf(await open(await create({ clients: ['calendly', 'calcom'] })))
  assert.deepEqual(several.match(/<details.*?>/g), ['<details>', '<details>'])
  assert.deepEqual(
    [...several.matchAll(/class="mark" aria-hidden="true">(.*?)</g)].map(([, mark]) => mark),
    ['Cy', 'Cm'],
  )
  const one = await textOf(await open(await create({ clients: ['calendly'] })))
  assert.deepEqual(one.match(/<details.*?>/g), ['<details open>'])
})

test('a repair page says what will be added, and nothing where nothing is', async (t) => {
  const { open, create, travel, punctual } = await startConnectPage(t)
  const first = await create({ clients: ['calendly'], scopes: ['users:read', 'scheduled_events:read'] })
  const session = (await travel(first, 'calendly', { account: 'ada' })).searchParams.get('punctual_session') ?? ''
  const connection = (await punctual.complete({ session, owner: 'ada' })).id
  const added = await textOf(await open(await create({ connection, features: ['eventTypes'] })))
  assert.match(
    added,
    /New: this adds to what Acme Bookings could do so far\.<\/p><ul><li>see your event types<\/li><\/ul>/,
  )
  assert.match(added, /<details>.*see your bookings, and who booked/s)
  const same = await textOf(await open(await create({ connection, features: ['bookings'] })))
  assert.doesNotMatch(same, /New:/)
})

test('the pages of a callback that went wrong have the language, the name and a way back', async (t) => {
  const { punctual } = await startConnectPage(t)
  const branding = { name: 'Acme', homeUrl: 'https://acme.example/' }
  const page = createConnectPage({ punctual, clients: [], baseUrl, branding })
  for (const [path, status, english, german] of [
    ['/callback/calendly', 400, 'This link is too old', 'Dieser Link ist zu alt'],
    ['/callback/calendly?state=a&state=b', 400, 'Something was added', 'wurde unterwegs etwas hinzugefügt'],
    ['/connect/calendly', 404, 'There is nothing at this address', 'Unter dieser Adresse gibt es nichts'],
    ['/nowhere', 404, 'There is nothing at this address', 'Unter dieser Adresse gibt es nichts'],
  ] as const)
    for (const [language, sentence, back] of [
      ['en', english, 'Back to Acme'],
      ['de', german, 'Zurück zu Acme'],
    ] as const) {
      const request = new Request(`${baseUrl}${path}`, { headers: { 'accept-language': language } })
      const response = await page.handler(request)
      assert.equal(response.status, status)
      const text = await textOf(response)
      assert.match(text, new RegExp(`<html lang="${language}">.*<header class="who">.*Acme.*<main.*${sentence}`, 's'))
      assert.ok(text.includes(`<a href="https://acme.example/" rel="noreferrer">${back}</a>`))
    }
  assert.equal((await page.fetch(new Request(`${baseUrl}/connect/session_x`))).status, 404)
})

test('without a name the page names the host to which the person goes back', async (t) => {
  const { open, create } = await startConnectPage(t, {})
  assert.match(await textOf(await open(await create())), /The application localhost:3000 would like/)
})

test('a button leads to the provider, with the cookie of the attempt', async (t) => {
  const { open, create, host } = await startConnectPage(t)
  const response = await open(`${await create()}?client=calcom`)
  const url = locationOf(response)
  assert.equal(url.origin, host.sandbox.url)
  assert.match(response.headers.get('set-cookie') ?? '', /^punctual-attempt_.*HttpOnly/)
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(response.headers.get('cross-origin-opener-policy'), 'unsafe-none')
})

test('a client that the session does not name leads to the page', async (t) => {
  const { open, create } = await startConnectPage(t)
  const response = await open(`${await create({ clients: ['calendly'] })}?client=calcom`)
  assert.equal(response.status, 200)
  assert.match(await textOf(response), /Continue to Calendly/)
})

test('a prefetch begins nothing, and arrives at nothing', async (t) => {
  const { open, create } = await startConnectPage(t)
  const address = await create()
  for (const headers of prefetches) {
    for (const path of ['', '?client=calendly', '/done?punctual_session=attempt_x']) {
      const response = await open(`${address}${path}`, headers)
      assert.equal(response.status, 204)
      assert.equal(response.headers.get('set-cookie'), null)
      assert.equal(response.headers.get('location'), null)
    }
  }
})

test('a person comes back to the application with the session, or with what went wrong', async (t) => {
  const { create, travel, punctual, open } = await startConnectPage(t)
  const address = await create({ clients: ['calendly'] })
  const declined = await travel(address, 'calendly', { allow: false })
  assert.equal(declined.search, '?punctual=failed&error=access_denied')
  const end = await travel(address, 'calendly')
  const session = end.searchParams.get('punctual_session') ?? ''
  assert.equal(session.startsWith(address.pathname.split('/').at(-1) ?? ''), true)
  await punctual.complete({ session, owner: 'ada' })

  const completed = await open(address)
  assert.equal(completed.status, 410)
  assert.match(await textOf(completed), /Your account is connected.*href="http:\/\/localhost:3000\/settings"/s)
  const again = await open(`${address}?client=calendly`)
  assert.deepEqual([again.status, again.headers.get('set-cookie')], [410, null])
})

test('a session that is unknown or has expired gets a page that says what to do', async (t) => {
  const { open, create, host } = await startConnectPage(t)
  const address = await create()
  host.sandbox.clock.advance(1801)
  for (const one of [
    address.href,
    `${address}?client=calendly`,
    `${address.href.slice(0, -22)}AAAAAAAAAAAAAAAAAAAAAA`,
  ]) {
    const response = await open(one)
    assert.equal(response.status, 404)
    assert.match(await textOf(response), /no longer valid.*Go back to the application from which you came/s)
  }
  for (const path of ['/connect/', '/connect/calendly', '/connect/session_', '/elsewhere']) {
    assert.equal((await open(new URL(`/integrations${path}`, address))).status, 404)
  }
})

test('a repair page names the account and has one button', async (t) => {
  const { open, create, connect, travel, punctual } = await startConnectPage(t)
  const connection = await connect('calendly', 'ada')
  const address = await create({ connection: connection.id })
  const text = await textOf(await open(address))
  assert.match(text, /<h1>Reconnect Ada Lindqvist<\/h1>\s*<p class="account">ada@calendly\.example<\/p>/)
  assert.equal(text.match(/<button/g)?.length, 1)
  assert.match(text, /<button[^>]*>.*Reconnect at Calendly<\/span><\/button>/)
  const end = await travel(address, 'calendly', { account: 'ada' })
  const again = await punctual.complete({ session: end.searchParams.get('punctual_session') ?? '', owner: 'ada' })
  assert.equal(again.id, connection.id)

  const gone = await create({ connection: connection.id })
  await connection.disconnect()
  const response = await open(gone)
  assert.equal(response.status, 404)
  assert.match(await textOf(response), /This account was disconnected/)
})

test('the page says before the person tries that a provider is away, and not once it responds again', async (t) => {
  const { open, create, connect, host, punctual } = await startConnectPage(t)
  const connection = await connect('calendly', 'ada')
  const address = () => create({ clients: ['calendly', 'calcom'] })
  assert.doesNotMatch(await textOf(await open(await address())), /notice/)
  host.sandbox.clock.advance(3 * 3600)
  await setFault(host, { provider: 'calendly', endpoint: 'token', kind: 'status', status: 503, count: 1 })
  const failed = new AbortController()
  punctual.on(({ type }) => type === 'provider.unavailable' && failed.abort())
  await assert.rejects(connection.token({ signal: failed.signal }))
  const text = await textOf(await open(await address()))
  assert.match(text, /Calendly did not respond when it was last asked/)
  assert.match(
    text,
    /<button class="primary" aria-describedby="state-calendly">.*Continue to Calendly<\/span><\/button>/,
  )
  assert.doesNotMatch(text, /Cal\.com did not respond/)

  await connect('calendly', 'ben')
  assert.doesNotMatch(await textOf(await open(await address())), /notice/)
})

test('an outage is not known for longer than ten minutes', async (t) => {
  const { connect, host, punctual } = await startConnectPage(t)
  const connection = await connect('calendly', 'ada')
  host.sandbox.clock.advance(3 * 3600)
  await setFault(host, { provider: 'calendly', endpoint: 'token', kind: 'status', status: 503, count: 1 })
  const failed = new AbortController()
  punctual.on(({ type }) => type === 'provider.unavailable' && failed.abort())
  await assert.rejects(connection.token({ signal: failed.signal }))
  assert.equal(await punctual.clientState('calendly'), 'provider_away')
  host.sandbox.clock.advance(601)
  assert.equal(await punctual.clientState('calendly'), 'usable')
  await assert.rejects(punctual.clientState('nobody'), { code: 'invalid_argument' })
})

test('the page is in the language that the browser prefers, or in the one that is set', async (t) => {
  const { open, create } = await startConnectPage(t)
  const address = await create()
  for (const [header, lang] of [
    ['de-AT,de;q=0.9,en;q=0.5', 'de'],
    ['fr;q=1, es;q=0.4, en;q=0.3', 'es'],
    ['en;q=0.2, de;q=0', 'en'],
    ['fr', 'en'],
    ['', 'en'],
  ] as const) {
    const text = await textOf(await open(address, { 'accept-language': header }))
    assert.match(text, new RegExp(`<html lang="${lang}">`), header)
  }
  const german = await startConnectPage(t, { language: 'de' })
  const text = await textOf(await german.open(await german.create(), { 'accept-language': 'en' }))
  assert.match(text, /<html lang="de">.*Konto verbinden.*Weiter zu Cal\.com/s)
})

test('the policy allows the style and the logo of the page and nothing else', async (t) => {
  const { open, create, host } = await startConnectPage(t, { logoUrl: 'https://cdn.example/logo;1,2.svg?v=3' })
  const { headers } = await open(await create())
  const policy = headers.get('content-security-policy') ?? ''
  const [, hash = ''] = /style-src 'sha256-([\w+/=]+)'/.exec(policy) ?? []
  assert.equal(
    policy,
    `default-src 'none'; style-src 'sha256-${hash}'; img-src https://cdn.example/logo%3B1%2C2.svg; form-action 'self' ${host.sandbox.url}; base-uri 'none'; frame-ancestors 'none'`,
  )
  for (const [name, value] of [
    ['referrer-policy', 'no-referrer'],
    ['cache-control', 'no-store'],
    ['cross-origin-opener-policy', 'unsafe-none'],
    ['x-content-type-options', 'nosniff'],
  ] as const)
    assert.equal(headers.get(name), value)
})

test('no page tells the session to another site', async (t) => {
  const { open, create } = await startConnectPage(t, { logoUrl: 'https://cdn.example/logo.png' })
  const address = await create()
  const text = await textOf(await open(address))
  assert.ok(!text.includes('session_'))
  assert.doesNotMatch(text, /<script|<iframe|<link|style=|onclick|action=/)
})

test('what comes from outside is text, and never markup', async (t) => {
  const evil = '<img src=x onerror=alert(1)>&"\''
  const { open, create, connect } = await startConnectPage(t, { name: evil })
  const connection = await connect('calendly', 'ada')
  for (const address of [await create(), await create({ connection: connection.id })]) {
    const text = await textOf(await open(address))
    assert.doesNotMatch(text, /<img/)
    assert.match(text, /&lt;img src=x onerror=alert\(1\)&gt;&amp;&quot;/)
  }
})

test('only GET is answered', async (t) => {
  const { create, punctual, host } = await startConnectPage(t)
  const address = await create()
  const page = createConnectPage({ punctual, clients: [], baseUrl: new URL('/integrations', address) })
  for (const method of ['HEAD', 'POST', 'PUT', 'DELETE']) {
    const response = await page.fetch(new Request(address, { method }))
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET'])
  }
  assert.equal(host.sandbox.requests().length, 0)
})

test('a wrong branding is refused with a sentence', async (t) => {
  const { punctual } = await startConnectPage(t)
  const svg = 'data:image/svg+xml;base64,PHN2Zy8+'
  for (const [branding, sentence] of [
    [{ name: '' }, /branding\.name must be a text that is not empty/],
    [{ name: 'x'.repeat(81) }, /branding\.name must have at most 80 characters/],
    [{ logoUrl: 'http://cdn.example/logo.png' }, /branding\.logoUrl must be an https address/],
    [{ logoUrl: 'http://localhost/logo.png' }, /branding\.logoUrl must be an https address/],
    [{ logoUrl: 'https://me:secret@cdn.example/logo.png' }, /branding\.logoUrl must be an https address/],
    [{ logoUrl: 'javascript:alert(1)' }, /branding\.logoUrl must be an https address/],
    [{ logoUrl: svg }, /branding\.logoUrl must be a PNG, JPEG, GIF, WebP or AVIF/],
    [{ logoUrl: 'data:text/html;base64,AAAA' }, /branding\.logoUrl must be a PNG/],
    [{ logoUrl: `data:image/png;base64,${'A'.repeat(200_001)}` }, /branding\.logoUrl must have at most 200000/],
    [{ homeUrl: 'javascript:alert(1)' }, /branding\.homeUrl must be an http or https address/],
    [{ colour: 'red; } body { display: none' }, /branding\.colour must be #rgb or #rrggbb/],
    [{ language: 'fr' }, /branding\.language must be "en", "de", "es" or "auto"/],
    [{ color: '#fff' }, /branding\.color is not an option/],
  ] as [object, RegExp][]) {
    assert.throws(() => createConnectPage({ punctual, clients: [], baseUrl: 'http://localhost:3000', branding }), {
      code: 'invalid_argument',
      message: sentence,
    })
  }
})
