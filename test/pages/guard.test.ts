import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as ask } from 'node:http'
import { after, before, test } from 'node:test'
import { browse, connect } from '../cli/browse.ts'
import { emptyFolder, type Started, startDev } from '../cli/start.ts'

let dev: Started

before(async () => {
  dev = await startDev(emptyFolder())
})

after(() => dev?.stop())

/** A request with exactly these headers; `fetch` would set some of its own. */
async function send(path: string, method: string, headers: Record<string, string>, body = '') {
  const { hostname, port } = new URL(dev.page)
  const sent = ask({ hostname, port, path, method, headers: { connection: 'close', ...headers } })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  let text = ''
  for await (const part of answer) text += part
  return { status: answer.statusCode as number, headers: answer.headers as Record<string, string>, text }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('a page of another origin cannot post a form', async () => {
  const origin = new URL(dev.page).origin
  const refused: Record<string, string>[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: dev.sandbox },
    { origin, 'sec-fetch-site': 'cross-site' },
    { origin, 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]
  for (const headers of refused) {
    const { status, headers: answered } = await send('/connections', 'POST', { ...form, ...headers }, 'client=calendly')
    assert.equal(status, 403, JSON.stringify(headers))
    assert.equal(answered['set-cookie'], undefined)
  }
  const verbs = ['test', 'refresh', 'link', 'disconnect', 'webhooks', 'webhooks/end', 'book', 'move', 'cancel']
  const paths = verbs.map((verb) => `/connections/any/${verb}`)
  for (const path of [...paths, '/events/any/replay', '/events/any/retry', '/events/replay']) {
    for (const headers of refused)
      assert.equal((await send(path, 'POST', { ...form, ...headers }, 'scope=user')).status, 403, path)
    assert.equal((await send(path, 'GET', {})).status, 404)
  }
  for (const headers of [{ origin }, { origin: 'null', 'sec-fetch-site': 'same-origin' }]) {
    const { status } = await send('/connections', 'POST', { ...form, ...headers }, 'client=calendly')
    assert.equal(status, 303, JSON.stringify(headers))
  }
})

test('an attempt cannot be started by another page, by an embedded request, or under another host name', async () => {
  const { port, origin } = new URL(dev.page)
  const refused: [number, Record<string, string>][] = [
    [421, { host: `evil.example:${port}`, 'sec-fetch-site': 'same-origin' }],
    [403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    [403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }],
    [403, { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'empty' }],
    [204, { 'sec-purpose': 'prefetch' }],
    [204, { 'sec-purpose': 'prefetch;prerender' }],
  ]
  for (const [expected, headers] of refused) {
    for (const path of ['/connect/calendly', '/callback/calendly?state=x&code=y']) {
      const { status, headers: answered } = await send(path, 'GET', headers)
      assert.equal(status, expected, `${path} ${JSON.stringify(headers)}`)
      assert.equal(answered['set-cookie'], undefined)
    }
  }
  const redirected = await send('/connect/calendly?returnTo=/', 'GET', { host: `127.0.0.1:${port}` })
  assert.deepEqual([redirected.status, redirected.headers.location], [307, `${origin}/connect/calendly?returnTo=/`])
  const visited = await send('/connect/calendly', 'GET', {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-dest': 'document',
  })
  assert.equal(visited.status, 303)
})

test('a webhook is accepted from a program, and refused from a page', async () => {
  const { port, origin } = new URL(dev.page)
  for (const [expected, headers] of [
    [404, {}],
    [403, { origin: 'https://evil.example' }],
    [403, { origin, 'sec-fetch-site': 'cross-site' }],
    [421, { host: `evil.example:${port}` }],
  ] as [number, Record<string, string>][]) {
    const { status } = await send('/webhooks/calendly/nothing', 'POST', headers, '{}')
    assert.equal(status, expected, JSON.stringify(headers))
  }
})

test('a page of another origin cannot fetch or embed this page, but can link to it', async () => {
  for (const site of ['cross-site', 'same-site']) {
    for (const destination of ['iframe', 'image', 'empty', 'script']) {
      const { status } = await send('/', 'GET', { 'sec-fetch-site': site, 'sec-fetch-dest': destination })
      assert.equal(status, 403, `${site} ${destination}`)
    }
    assert.equal((await send('/', 'GET', { 'sec-fetch-site': site, 'sec-fetch-dest': 'document' })).status, 200)
  }
})

test('another host name is refused, and another name of this machine is redirected to the right one', async () => {
  const { port, href } = new URL(dev.page)
  for (const host of ['evil.example', `evil.example:${port}`, `localhost.evil.example:${port}`, 'localhost:1']) {
    for (const method of ['GET', 'POST']) {
      const { status, text } = await send('/', method, { host, origin: `http://${host}` })
      assert.equal(status, 421, `${method} ${host}`)
      assert.ok(!text.includes('Connect'))
    }
  }
  const redirected = await send('/', 'GET', { host: `127.0.0.1:${port}` })
  assert.deepEqual([redirected.status, redirected.headers.location], [307, href])
  const below = await send('/', 'GET', { host: `app.localhost:${port}` })
  assert.deepEqual([below.status, below.headers.location], [307, href])
})

test('a disconnect is accepted only from the form of the page', async () => {
  const browser = browse()
  const { text, url } = await connect(browser, dev.page, 'calcom')
  const [, id = ''] = /(connection_[\w-]+)\/disconnect/.exec(text) ?? []
  const asked = await browser.open(new URL(`/connections/${id}/disconnect`, url))
  assert.match(asked.text, /Disconnect this account\?.*no way to revoke tokens.*deleted here/s)
  assert.equal((await send(`/connections/${id}/disconnect`, 'POST', form)).status, 403)
  assert.ok((await browser.open(`${url.origin}/connections`)).text.includes(id))
  const gone = await browser.submit(url, `/connections/${id}/disconnect`, {})
  assert.match(gone.text, /Cal\.com is disconnected/)
  const again = await browser.submit(url, `/connections/${id}/disconnect`, {})
  assert.equal(again.status, 404)
  assert.match(again.text, /This connection is gone/)
})

test('pages allow no cache, no referrer, no script but one of their own, no frame and no foreign content', async () => {
  const browser = browse()
  const { url } = await connect(browser, dev.page, 'calendly')
  const { headers, text } = await send(url.pathname, 'GET', {})
  const policy = headers['content-security-policy'] ?? ''
  assert.match(
    policy,
    /^default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self' http:\/\/127\.0\.0\.1:\d+; base-uri 'none'; frame-ancestors 'none'$/,
  )
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.deepEqual(text.match(/<script[^>]*>[^<]*/g), ['<script src="/dashboard.js" defer>'])
  assert.doesNotMatch(text, /<iframe|<img|style=|onclick|eyJ[\w-]{8}/i)
})

test('a page never repeats its query', async () => {
  const planted = 'planted<b>'
  for (const query of ['error', 'reason', 'client', 'connection', 'refresh_token', 'punctual', 'outcome']) {
    for (const state of ['failed', 'connected', 'disconnected', 'webhooks', 'done', 'replayed']) {
      const parameters = new URLSearchParams({ punctual: state, client: 'calendly', [query]: planted })
      const { text, status } = await send(`/?${parameters}`, 'GET', {})
      assert.equal(status, 200)
      assert.ok(!text.includes('planted'), `${state} ${query}`)
    }
  }
  for (const page of ['connections', 'events', 'deliveries', 'attempts', 'audit', 'errors']) {
    const { status, text } = await send(`/${page}?after=${encodeURIComponent(planted)}`, 'GET', {})
    assert.equal(status, 400, page)
    assert.ok(!text.includes('planted'))
  }
})

test('unknown addresses, clients and methods are refused with a page', async () => {
  const { origin } = new URL(dev.page)
  assert.equal((await send('/nowhere', 'GET', {})).status, 404)
  assert.equal((await send('/connections', 'POST', { ...form, origin }, 'client=nobody')).status, 404)
  assert.equal(
    (await send('/connections', 'POST', { ...form, origin }, 'client=calendly&connection=nobody')).status,
    404,
  )
  assert.equal((await send('/connections', 'POST', { 'content-type': 'text/plain', origin }, '{')).status, 400)
  assert.equal((await send('/callback/calendly?state=x&code=y', 'GET', {})).status, 400)
  assert.equal((await send('/callback/nobody', 'GET', {})).status, 400)
})

test('health is answered under any host name', async () => {
  for (const path of ['/healthz', '/readyz']) assert.equal((await send(path, 'GET', { host: '10.0.0.7' })).status, 200)
})
