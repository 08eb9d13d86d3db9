import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accessTokenLife, startOwnProvider } from '../support/authorization-server.ts'

const appointments = '/api/appointments'
const kinds = { confidential: 'client_secret_basic', public: 'none' } as const

for (const kind of ['confidential', 'public'] as const) {
  describe(`a ${kind} client of the application's own provider`, () => {
    test('connects, calls, refreshes once for 50 callers, and is revoked', async (t) => {
      const own = await startOwnProvider(t, kind)
      const trail = await own.travel()
      assert.equal(trail.begun.searchParams.get('code_challenge_method'), 'S256')
      const id = (await trail.finish()).searchParams.get('connection') ?? ''
      const connection = await own.punctual.connections.get(id)
      const ada = { id: 'ada.l', name: 'ada.l at Acme', email: 'ada.l@acme.example', timeZone: 'Europe/Lisbon' }
      assert.deepEqual(connection.account, ada)
      assert.deepEqual([...connection.scopes].sort(), [
        'appointments:read',
        'email',
        'offline_access',
        'openid',
        'profile',
      ])
      const answer = await connection.fetch(appointments)
      assert.equal(((await answer.json()) as { of: string }).of, 'ada.l')
      const first = await connection.token()
      const lives = (first.expiresAt.getTime() - Date.now()) / 1000
      assert.ok(
        lives > accessTokenLife / 2 && lives <= accessTokenLife,
        `it lives for ${lives} s from when it was asked for`,
      )

      own.advance(accessTokenLife + 1)
      assert.equal(await own.callApi(first.accessToken), 401)
      const answers = await Promise.all(Array.from({ length: 50 }, () => connection.fetch(appointments)))
      assert.ok(answers.every(({ status }) => status === 200))
      const requests = own.tokenRequests.map(({ grantType, authentication, error }) => [
        grantType,
        authentication,
        error,
      ])
      assert.deepEqual(requests, [
        ['authorization_code', kinds[kind], null],
        ['refresh_token', kinds[kind], null],
      ])

      const { accessToken } = await connection.token()
      assert.equal(await own.callApi(accessToken), 200)
      assert.deepEqual(own.endedGrants, [])
      const ended = await connection.disconnect()
      assert.deepEqual([...ended.revoked].sort(), ['access_token', 'refresh_token'])
      assert.deepEqual(ended.notRevoked, [])
      assert.equal(await own.callApi(accessToken), 401)
      assert.equal(own.endedGrants.length, 1)
      await assert.rejects(connection.fetch(appointments), { code: 'connection_not_found' })
      assert.equal(own.refreshes().length, 1)
    })

    test('needs to reconnect when the account has revoked access, and keeps its id', async (t) => {
      const own = await startOwnProvider(t, kind)
      const connection = await own.connect()
      await own.revokeAccess('ada.l')
      await assert.rejects(connection.fetch(appointments), { code: 'needs_reconnect', reason: 'refused' })
      assert.deepEqual(
        own.refreshes().map(({ error }) => error),
        ['invalid_grant'],
      )
      const [listed] = (await own.punctual.connections.list({ status: 'needs_reconnect' })).connections
      assert.equal(listed?.reason, 'refused')
      await assert.rejects(connection.fetch(appointments), { code: 'needs_reconnect', reason: 'refused' })
      assert.equal(own.refreshes().length, 1)
      const again = await own.connect()
      assert.equal(again.id, connection.id)
      assert.equal((await again.fetch(appointments)).status, 200)
    })

    test('is refreshed again and again, with a new refresh token each time', async (t) => {
      const own = await startOwnProvider(t, kind)
      const connection = await own.connect()
      for (let round = 2; round <= 11; round++) {
        own.advance(accessTokenLife)
        assert.equal((await connection.token()).generation, round)
      }
      const presented = own.refreshes().map((request) => request.presented)
      assert.equal(new Set(presented).size, 10)
      assert.deepEqual(own.endedGrants, [])
    })
  })
}

describe('the callback from the application’s own provider', () => {
  test('names the issuer, and a wrong issuer is refused before the code is exchanged', async (t) => {
    const own = await startOwnProvider(t, 'confidential')
    const trail = await own.travel()
    assert.equal(trail.callback.searchParams.get('iss'), own.url)
    const elsewhere = new URL(trail.callback)
    elsewhere.searchParams.set('iss', 'https://evil.example')
    const back = await trail.finish(elsewhere)
    assert.equal(back.searchParams.get('error'), 'attempt_refused')
    assert.equal(back.searchParams.get('reason'), 'another_issuer')
    assert.deepEqual(own.tokenRequests, [])
    assert.equal((await (await own.travel()).finish()).searchParams.get('punctual'), 'connected')
  })

  test('opened twice exchanges the code once, so that the provider does not end the grant', async (t) => {
    const own = await startOwnProvider(t, 'public')
    const trail = await own.travel()
    const first = await trail.finish()
    assert.equal((await trail.finish()).href, first.href)
    assert.equal(own.tokenRequests.length, 1)
    const connection = await own.punctual.connections.get(first.searchParams.get('connection') ?? '')
    assert.equal((await connection.fetch(appointments)).status, 200)
  })

  test('reports that the user denied consent', async (t) => {
    const own = await startOwnProvider(t, 'confidential')
    const back = await (await own.travel({ allow: false })).finish()
    assert.equal(back.searchParams.get('error'), 'access_denied')
    assert.deepEqual(own.tokenRequests, [])
  })

  test('is refused for another user, before any token request', async (t) => {
    const own = await startOwnProvider(t, 'confidential')
    const trail = await own.travel()
    own.person = 'mallory'
    assert.equal((await trail.finish()).searchParams.get('reason'), 'another_person')
    assert.deepEqual(own.tokenRequests, [])
  })
})

describe('a scope that the account did not grant', () => {
  test('is named by the API’s challenge, and nothing is refreshed', async (t) => {
    const own = await startOwnProvider(t, 'confidential')
    const connection = await own.connect({ scopes: ['openid', 'offline_access'] })
    await assert.rejects(connection.fetch(appointments), { code: 'insufficient_scope', scopes: ['appointments:read'] })
    assert.deepEqual(own.refreshes(), [])
  })

  test('without a refresh token needs a reconnection, and the error says so', async (t) => {
    const own = await startOwnProvider(t, 'confidential')
    const connection = await own.connect({ scopes: ['openid', 'appointments:read'] })
    assert.equal((await connection.fetch(appointments)).status, 200)
    own.advance(accessTokenLife + 1)
    await assert.rejects(connection.token(), { code: 'needs_reconnect', reason: 'no_refresh_token' })
    assert.deepEqual(own.refreshes(), [])
  })
})
