import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import { defineProvider } from '../../src/providers/index.ts'
import { cookieOf, type Host, locationOf, startHost } from '../support/host.ts'
import { prefetches } from '../support/settings.ts'

interface AtTheCallback extends Host {
  readonly back: URL
  readonly cookie: string
  answer(change?: (url: URL) => void, init?: RequestInit): Promise<Response>
}

/** A user who has given consent and whose browser is about to open the callback. */
async function atTheCallback(t: TestContext, client = 'calendly'): Promise<AtTheCallback> {
  const host = await startHost(t)
  const { url, headers } = await host.punctual.begin({ client, owner: 'ada', returnTo: '/done' })
  const back = await host.sandbox.authorize({ url })
  const cookie = cookieOf(headers)
  return Object.assign(host, {
    back,
    cookie,
    answer(change = (_: URL) => {}, init: RequestInit = {}) {
      const address = new URL(back)
      change(address)
      return host.punctual.handler(new Request(address, { headers: { cookie }, ...init }))
    },
  })
}

function assertFailed(response: Response, error: string, reason: string | null = null): void {
  const { searchParams } = locationOf(response)
  assert.deepEqual(
    [searchParams.get('punctual'), searchParams.get('error'), searchParams.get('reason')],
    ['failed', error, reason],
  )
}

describe('a callback', () => {
  test('shows the same outcome again and exchanges nothing', async (t) => {
    const host = await atTheCallback(t)
    const first = locationOf(await host.answer())
    assert.equal(host.tokenRequests(), 1)
    assert.equal(locationOf(await host.answer()).href, first.href)
    const forged = await host.answer((url) => url.searchParams.set('code', 'another'))
    assert.equal(locationOf(forged).href, first.href)
    assert.equal(host.tokenRequests(), 1)
  })

  test('that comes twice at the same time exchanges the code once', async (t) => {
    const host = await atTheCallback(t)
    const answers = await Promise.all([1, 2, 3].map(() => host.answer()))
    const places = new Set(answers.map((answer) => locationOf(answer).href))
    assert.equal(places.size, 1)
    assert.match([...places][0] ?? '', /punctual=connected/)
    assert.equal(host.tokenRequests(), 1)
  })

  test('that is prefetched changes nothing', async (t) => {
    const host = await atTheCallback(t)
    for (const headers of prefetches) {
      const response = await host.answer(undefined, { headers: { ...headers, cookie: host.cookie } as HeadersInit })
      assert.equal(response.status, 204)
    }
    assert.match(locationOf(await host.answer()).search, /punctual=connected/)
  })

  test('accepts only GET', async (t) => {
    const host = await atTheCallback(t)
    for (const method of ['POST', 'HEAD', 'PUT']) {
      assert.equal((await host.answer(undefined, { method, headers: { cookie: host.cookie } })).status, 405)
    }
    assert.match(locationOf(await host.answer()).search, /punctual=connected/)
  })

  test('with a missing, foreign or repeated state shows a page and exchanges nothing', async (t) => {
    const host = await atTheCallback(t)
    for (const change of [
      (url: URL) => url.searchParams.delete('state'),
      (url: URL) => url.searchParams.set('state', 'A'.repeat(43)),
      (url: URL) => url.searchParams.append('state', 'another'),
      (url: URL) => url.searchParams.append('code', 'another'),
    ]) {
      const response = await host.answer(change)
      assert.equal(response.status, 400)
      assert.match(response.headers.get('content-type') ?? '', /text\/html/)
      assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/)
      assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
    }
    assert.equal(host.tokenRequests(), 0)
  })

  test('at another client’s path is refused', async (t) => {
    const host = await atTheCallback(t)
    const response = await host.answer((url) => {
      url.pathname = url.pathname.replace('calendly', 'calcom')
    })
    assert.equal(response.status, 400)
    assert.equal(host.tokenRequests(), 0)
  })

  test('that another browser opens first shows a page there, and still works in its own', async (t) => {
    const host = await atTheCallback(t)
    const [name] = host.cookie.split('=')
    for (const cookie of ['', `${name}=`, `${name}=${'A'.repeat(43)}`]) {
      const stranger = await host.answer(undefined, { headers: { cookie } })
      assert.equal(stranger.status, 400)
      assert.equal(stranger.headers.get('set-cookie'), null)
      assert.match(await stranger.text(), /belongs to the browser/)
    }
    assert.equal(host.tokenRequests(), 0)
    assert.match(locationOf(await host.answer()).search, /punctual=connected/)
  })

  test('does not show its outcome to another browser', async (t) => {
    const host = await atTheCallback(t)
    await host.answer()
    const stranger = await host.answer(undefined, { headers: {} })
    assert.deepEqual([stranger.status, stranger.headers.get('location')], [400, null])
  })

  test('of another issuer does not end the attempt', async (t) => {
    const host = await atTheCallback(t)
    const foreign = await host.answer((url) => url.searchParams.set('iss', 'https://evil.example'))
    assertFailed(foreign, 'attempt_refused', 'another_issuer')
    assert.equal(foreign.headers.get('set-cookie'), null)
    assert.match(locationOf(await host.answer()).search, /punctual=connected/)
  })

  test('with a trailing slash works as well', async (t) => {
    const host = await atTheCallback(t)
    const response = await host.answer((url) => {
      url.pathname += '/'
    })
    assert.match(locationOf(response).search, /punctual=connected/)
  })

  test('with thousands of parameters reads them once', async (t) => {
    const host = await atTheCallback(t)
    const whole = URLSearchParams.prototype.getAll
    let steps = 0
    URLSearchParams.prototype.getAll = function (name) {
      steps += this.size
      return whole.call(this, name)
    }
    t.after(() => {
      URLSearchParams.prototype.getAll = whole
    })
    const names = Array.from({ length: 2000 }, (_, index) => `p${index}`)
    const answer = () =>
      host.punctual.handler(new Request(`${host.back.origin}${host.back.pathname}?${names.join('&')}`))
    assert.equal((await answer()).status, 400)
    names.push('p0')
    assert.match(await (await answer()).text(), /there twice/)
    assert.ok(steps <= names.length, `${steps} steps`)
    names.push('x'.repeat(16_384))
    assert.equal((await answer()).status, 414)
  })

  test('of another user is refused before the code is exchanged', async (t) => {
    for (const [person, reason] of [
      ['mallory', 'another_person'],
      [null, 'not_signed_in'],
    ] as const) {
      const host = await atTheCallback(t)
      host.person = person
      assertFailed(await host.answer(), 'attempt_refused', reason)
      assert.equal(host.tokenRequests(), 0)
      host.person = 'ada'
      assertFailed(await host.answer(), 'attempt_refused', reason)
    }
  })

  test('without a code, or from another issuer, is refused', async (t) => {
    const withoutCode = await atTheCallback(t)
    assertFailed(await withoutCode.answer((url) => url.searchParams.delete('code')), 'attempt_refused', 'no_code')
    const foreign = await atTheCallback(t)
    assertFailed(
      await foreign.answer((url) => url.searchParams.set('iss', 'https://evil.example')),
      'attempt_refused',
      'another_issuer',
    )
    assert.equal(withoutCode.tokenRequests() + foreign.tokenRequests(), 0)
  })

  test('with a provider error passes the error code on, and only codes of the standard', async (t) => {
    for (const error of ['access_denied', 'invalid_scope', 'server_error', 'temporarily_unavailable']) {
      const host = await atTheCallback(t)
      const response = await host.answer((url) => {
        url.searchParams.delete('code')
        url.searchParams.set('error', error)
        url.searchParams.set('error_description', '<script>alert(1)</script>')
      })
      assertFailed(response, error)
      assert.doesNotMatch(response.headers.get('location') ?? '', /script/)
    }
    const host = await atTheCallback(t)
    assertFailed(await host.answer((url) => url.searchParams.set('error', '<b>')), 'provider_error')
  })

  test('without an issuer is refused where the provider always names one', async (t) => {
    const client = defineProvider({
      name: 'acme',
      issuer: 'https://id.example',
      issuerInCallback: true,
      authorizationEndpoint: 'https://id.example/authorize',
      tokenEndpoint: 'https://id.example/token',
      apiBase: 'https://api.example',
      identify: () => Promise.reject(new Error('nobody is to ask')),
    })({ clientId: 'app', scopes: [] })
    const host = await startHost(t, { clients: [client] })
    for (const [issuer, reason] of [
      [null, 'another_issuer'],
      ['https://evil.example', 'another_issuer'],
      ['https://id.example', 'no_code'],
    ] as const) {
      const { url, headers } = await host.punctual.begin({ client: 'acme', owner: 'ada', returnTo: '/' })
      const back = new URL(`http://localhost:3000/integrations/callback/acme?state=${url.searchParams.get('state')}`)
      if (issuer) back.searchParams.set('iss', issuer)
      assertFailed(
        await host.punctual.handler(new Request(back, { headers: { cookie: cookieOf(headers) } })),
        'attempt_refused',
        reason,
      )
    }
  })

  test('whose user cannot be determined is refused, and the fault is reported', async (t) => {
    const host = await startHost(t, {
      currentOwner: () => {
        throw new Error('the sessions are away')
      },
    })
    const faults: string[] = []
    host.punctual.on((event) => event.type === 'fault' && faults.push(event.message))
    const back = await host.travel('calendly', { owner: 'ada' })
    assert.equal(back.searchParams.get('reason'), 'current_owner_failed')
    assert.deepEqual(faults, ['the sessions are away'])
    assert.equal(host.tokenRequests(), 0)
  })

  test('that comes after ten minutes is refused', async (t) => {
    const host = await atTheCallback(t)
    host.sandbox.clock.advance(601)
    assertFailed(await host.answer(), 'attempt_refused', 'expired')
    assert.equal(host.tokenRequests(), 0)
  })

  test('of one tab does not disturb another tab', async (t) => {
    const host = await startHost(t)
    const tabs = await Promise.all(
      ['calendly', 'calcom', 'calendly'].map((client) =>
        host.punctual.begin({ client, owner: 'ada', returnTo: '/done' }),
      ),
    )
    const cookie = tabs.map(({ headers }) => cookieOf(headers)).join('; ')
    for (const { url } of tabs.reverse()) {
      const back = await host.sandbox.authorize({ url })
      const response = await host.punctual.handler(new Request(back, { headers: { cookie } }))
      assert.match(locationOf(response).search, /punctual=connected/)
    }
  })

  test('removes the provider’s parameters from the final address', async (t) => {
    const host = await atTheCallback(t)
    const location = locationOf(await host.answer())
    assert.deepEqual([...location.searchParams.keys()].sort(), ['connection', 'punctual'])
  })
})

describe('consent', () => {
  for (const client of ['calendly', 'calcom']) {
    test(`that was denied is reported as denied: ${client}`, async (t) => {
      const host = await startHost(t)
      const back = await host.travel(client, { allow: false })
      assert.equal(back.searchParams.get('error'), 'access_denied')
      assert.equal((await host.punctual.connections.list()).connections.length, 0)
    })
  }

  test('to fewer scopes is shown by the connection', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calendly', { declineScopes: ['event_types:read'] })
    assert.deepEqual([...connection.scopes].sort(), ['scheduled_events:read', 'users:read'])
    await assert.rejects(connection.fetch(`/event_types?user=${encodeURIComponent(connection.account.id)}`), {
      code: 'insufficient_scope',
      scopes: ['event_types:read'],
    })
    assert.equal(host.tokenRequests(), 1)
  })
})
