import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'

import { failureOf, PunctualError } from '../../src/index.ts'
import { defineProvider } from '../../src/providers/index.ts'
import { startWatched } from '../support/concurrent-callers.ts'
import { setFault, startHost } from '../support/host.ts'

async function errorOf(call: Promise<unknown>): Promise<PunctualError> {
  const error = await call.then(
    () => assert.fail('it was answered'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof PunctualError, String(error))
  return error
}

describe('a refusal', () => {
  test('resolves, and gives its reason in one word: Calendly', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calendly')
    const stranger = `${host.sandbox.calendly.hosts.api}/users/CHLOENGUYEN00003`
    const cases: [path: string, status: number, reason: string][] = [
      ['/scheduled_events/AAAAAAAAAAAAAAAA', 404, 'not_found'],
      [`/event_types?user=${encodeURIComponent(stranger)}`, 403, 'organization_changed'],
      ['/event_types', 400, 'invalid_request'],
      [`/event_types?user=${encodeURIComponent(connection.account.id)}&page_token=parked`, 400, 'stale_page'],
    ]
    for (const [path, status, reason] of cases) {
      const response = await connection.fetch(path)
      const failure = failureOf(response)
      assert.deepEqual(
        [response.status, failure?.code, failure?.reason, failure?.retryable],
        [status, 'provider_refused', reason, false],
        path,
      )
      assert.deepEqual(failure?.answer, { status, body: await response.json() })
    }
  })

  test('resolves, and gives its reason in one word: Cal.com', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calcom')
    const response = await connection.fetch('/v2/bookings/nowhere')
    assert.deepEqual([failureOf(response)?.code, failureOf(response)?.reason], ['provider_refused', 'not_found'])
    const slotTaken = 'User either already has booking at this time or is not available'
    await setFault(host, {
      kind: 'status',
      endpoint: 'api',
      status: 400,
      body: { error: { code: 'x', message: slotTaken } },
    })
    const answer = await connection.fetch('/v2/bookings', { method: 'POST', body: '{}' })
    assert.equal(failureOf(answer)?.reason, 'slot_taken')
    assert.equal(((await answer.json()) as { error: { message: string } }).error.message, slotTaken)
  })

  test('without a known reason is still a refusal, and a success is not', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calendly')
    await setFault(host, { kind: 'status', endpoint: 'api', status: 418, body: 'short and stout' })
    const failure = failureOf(await connection.fetch('/users/me'))
    assert.deepEqual(
      [failure?.code, failure?.reason, failure?.answer?.body],
      ['provider_refused', undefined, 'short and stout'],
    )
    assert.equal(failureOf(await connection.fetch('/users/me')), null)
  })

  test('keeps the response out of what is printed or serialised', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calendly')
    await setFault(host, { kind: 'status', endpoint: 'api', status: 404, body: { email: 'gil@guests.example' } })
    const failure = failureOf(await connection.fetch('/users/me'))
    assert.deepEqual(failure?.answer?.body, { email: 'gil@guests.example' })
    assert.doesNotMatch(inspect(failure) + JSON.stringify(failure), /gil@/)
  })

  test('never shows the token, even where the provider repeats it', async (t) => {
    for (const client of ['calendly', 'calcom']) {
      const host = await startHost(t)
      const connection = await host.connect(client)
      const { accessToken } = await connection.token()
      const path = client === 'calendly' ? '/users/me' : '/v2/me'
      await setFault(host, {
        ...{ kind: 'status', endpoint: 'api', status: 404 },
        body: { message: `no client for access token=${accessToken}`, link: `/?t=${encodeURIComponent(accessToken)}` },
        headers: { 'x-debug': accessToken },
      })
      const response = await connection.fetch(path)
      const failure = failureOf(response)
      assert.deepEqual(failure?.answer?.body, { message: 'no client for access token=[secret]', link: '/?t=[secret]' })
      const shown = [
        inspect([...response.headers]),
        await response.text(),
        inspect(failure, { showHidden: true, depth: 9 }),
      ]
      assert.ok(!shown.join('\n').includes(accessToken))
      const escaped = JSON.stringify({ [accessToken]: [accessToken] }).replaceAll(
        /[a-z]/g,
        (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`,
      )
      await setFault(host, { kind: 'status', endpoint: 'api', status: 404, body: escaped })
      const spelt = await connection.fetch(path)
      assert.deepEqual(failureOf(spelt)?.answer?.body, { '[secret]': ['[secret]'] })
      assert.deepEqual(await spelt.json(), { '[secret]': ['[secret]'] })
      await setFault(host, { kind: 'status', endpoint: 'api', status: 404, body: `token ${accessToken}` })
      assert.equal(failureOf(await connection.fetch(path))?.answer?.body, 'token [secret]')
    }
  })
})

test('a network error that carries the request is not passed on', async (t) => {
  const failing: { with: ((init?: RequestInit) => object) | null } = { with: null }
  const host = await startHost(t, {
    fetch: (input, init) => {
      if (!failing.with) return fetch(input, init)
      throw Object.assign(new TypeError('fetch failed'), failing.with(init))
    },
  })
  const connection = await host.connect('calendly')
  const { accessToken } = await connection.token()
  failing.with = (init) => ({ config: { headers: Object.fromEntries(new Headers(init?.headers)) } })
  const carried = await errorOf(connection.fetch('/invitees', { method: 'POST' }))
  assert.ok(!inspect(carried, { depth: 12, showHidden: true }).includes(accessToken))
  failing.with = () => ({ code: 'ECONNRESET' })
  assert.match(inspect((await errorOf(connection.fetch('/invitees', { method: 'POST' }))).cause), /ECONNRESET/)
})

describe('a missing scope', () => {
  test('is named, with all scopes to request', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calendly', { declineScopes: ['event_types:read'] })
    const error = await errorOf(connection.fetch('/event_types'))
    assert.deepEqual(
      [error.code, error.scopes, error.answer?.status],
      ['insufficient_scope', ['event_types:read'], 403],
    )
    const [, union = ''] = /with all "scopes": (.*)\.$/.exec(error.message) ?? []
    assert.deepEqual(union.split(' ').sort(), ['event_types:read', 'scheduled_events:read', 'users:read'])
    const again = await host.connect('calendly', { connection: connection.id, scopes: union.split(' ') })
    const user = encodeURIComponent(again.account.id)
    assert.equal((await again.fetch(`/event_types?user=${user}`)).status, 200)
  })

  test('refreshes nothing', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calcom', { scopes: ['PROFILE_READ'] })
    host.forget()
    const error = await errorOf(connection.fetch('/v2/bookings'))
    assert.deepEqual([error.code, error.scopes], ['insufficient_scope', ['BOOKING_READ']])
    assert.equal(host.tokenRequests(), 0)
  })

  test('without a scope that would help says so', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calcom')
    const message = 'insufficient_scope: this endpoint is not available for third-party OAuth tokens'
    await setFault(host, { kind: 'status', endpoint: 'api', status: 403, body: { error: { message } } })
    const error = await errorOf(connection.fetch('/v2/me'))
    assert.match(error.message, /names no scope that would help/)
  })
})

describe('a rejected token', () => {
  test('of a deleted account needs a reconnect, once the refresh is refused too', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calendly')
    host.sandbox.revoke({ provider: 'calendly', account: connection.account.email ?? '' })
    const error = await errorOf(connection.fetch('/users/me'))
    assert.deepEqual([error.code, error.reason, error.answer?.status], ['needs_reconnect', 'refused', 401])
  })

  test('that was just issued is an error of the API: no reconnect is needed, and nothing is refreshed again', async (t) => {
    const host = await startWatched(t)
    const connection = await host.connect('calendly')
    host.forget()
    await setFault(host, {
      kind: 'status',
      endpoint: 'api',
      status: 401,
      count: null,
      body: { title: 'Unauthenticated' },
    })
    for (let round = 0; round < 10; round++) {
      const response = await connection.fetch('/users/me')
      const failure = failureOf(response)
      assert.deepEqual(
        [response.status, failure?.code, failure?.reason, failure?.retryable],
        [401, 'provider_unavailable', 'token_refused', true],
      )
    }
    assert.equal(host.tokenRequests(), 1)
    await host.clock.sleep(61_000)
    await connection.fetch('/users/me')
    assert.equal(host.tokenRequests(), 2)
    assert.equal((await host.punctual.connections.get(connection.id)).status, 'active')
  })
})

describe('a page of a proxy', () => {
  for (const [client, path] of [
    ['calendly', '/users/me'],
    ['calcom', '/v2/me'],
  ] as const) {
    test(`in front of the API is not a refusal by the API: ${client}`, async (t) => {
      const host = await startHost(t)
      const connection = await host.connect(client)
      await setFault(host, { kind: 'html', endpoint: 'api', status: 403 })
      const error = await errorOf(connection.fetch(path))
      assert.deepEqual(
        [error.code, error.reason, error.retryable, error.answer?.status],
        ['provider_unavailable', 'proxy', true, 403],
      )
      assert.match(String(error.answer?.body), /Just a moment/)
    })
  }
})

describe('a connection', () => {
  test('names its provider, and needs its client to be configured', async (t) => {
    const host = await startHost(t)
    const { id, provider } = await host.connect('calcom-public')
    assert.equal(provider, 'calcom')
    const without = host.another({ clients: host.sandbox.calendly ? [await ownClient()] : [] })
    const orphan = await without.connections.get(id)
    assert.equal(orphan.provider, null)
    const error = await errorOf(orphan.fetch('/v2/me'))
    assert.deepEqual([error.code, error.reason], ['client_misconfigured', 'unknown_client'])
    assert.throws(() => orphan.pages('/v2/me'), { code: 'client_misconfigured' })
  })

  test('sends what each resource of Cal.com needs, unless the caller has set it', async (t) => {
    const versions: (string | null)[] = []
    const host = await startHost(t, {
      fetch: (input, init) => {
        versions.push(new Headers(init?.headers).get('cal-api-version'))
        return fetch(input, init)
      },
    })
    const connection = await host.connect('calcom')
    versions.length = 0
    assert.equal((await connection.fetch('/v2/schedules')).status, 200)
    assert.equal((await connection.fetch('/v2/bookings?take=1')).status, 200)
    await connection.fetch('/v2/bookings', { headers: { 'Cal-Api-Version': '2024-08-13' } })
    await connection.fetch('/v2/me')
    assert.deepEqual(versions, ['2024-06-11', '2026-02-25', '2024-08-13', null])
  })
})

async function ownClient() {
  const own = defineProvider({
    ...{ name: 'own', issuer: 'https://id.example', apiBase: 'https://api.example' },
    ...{ authorizationEndpoint: 'https://id.example/authorize', tokenEndpoint: 'https://id.example/token' },
    identify: async () => ({ id: '1', name: null, email: null, timeZone: null }),
  })
  return own({ clientId: 'id', scopes: [] })
}
