// A back end asks for a connect session, a person connects on its page, and the back end says who is signed in.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startConnectPage } from '../support/connect-page.ts'
import { baseUrl, setFault } from '../support/host.ts'

const request = { owner: 'ada', returnTo: '/settings?tab=calendars' }

describe('a connect session', () => {
  for (const client of ['calendly', 'calcom', 'calcom-public']) {
    test(`connects once the back end says who is signed in: ${client}`, async (t) => {
      const { host, punctual, travel } = await startConnectPage(t)
      const { connectSessions } = punctual
      const session = await connectSessions.create(request)
      assert.match(session.id, /^session_[\w-]{44}$/)
      assert.equal(session.url.href, `${baseUrl}/connect/${session.id.slice(0, 30)}`)
      assert.deepEqual([session.owner, session.state, session.connection], ['ada', 'open', null])
      assert.equal(session.expiresAt.getTime() - session.createdAt.getTime(), 1_800_000)
      const { url, ...facts } = session
      assert.deepEqual(await connectSessions.get(session.id), facts)
      const back = await travel(session.id, client)
      assert.equal(back.href, `http://localhost:3000/settings?tab=calendars&punctual_session=${session.id}`)
      assert.equal((await connectSessions.get(session.id)).state, 'held')
      assert.equal(host.tokenRequests(), 0)
      const connection = await punctual.complete({ session: session.id, owner: 'ada' })
      assert.deepEqual([connection.owner, connection.client, connection.status], ['ada', client, 'active'])
      assert.equal((await connectSessions.get(session.id)).state, 'completed')
      assert.equal((await punctual.complete({ session: session.id, owner: 'ada' })).id, connection.id)
      assert.equal(host.tokenRequests(), 1)
    })
  }

  test('refuses another owner before any token request, and the right one still completes it', async (t) => {
    const { host, punctual, travel } = await startConnectPage(t)
    const { id } = await punctual.connectSessions.create(request)
    const wrong = () =>
      assert.rejects(punctual.complete({ session: id, owner: 'mallory' }), {
        code: 'attempt_refused',
        reason: 'another_person',
      })
    await wrong()
    await travel(id, 'calendly')
    for (let n = 0; n < 3; n++) await wrong()
    assert.equal(host.tokenRequests(), 0)
    assert.equal((await punctual.connectSessions.get(id)).state, 'held')
    const connection = await punctual.complete({ session: id, owner: 'ada' })
    assert.deepEqual([connection.owner, host.tokenRequests()], ['ada', 1])
    await wrong()
  })

  test('that nobody has come back with cannot be completed', async (t) => {
    const { punctual, consent } = await startConnectPage(t)
    const { id } = await punctual.connectSessions.create(request)
    const complete = () => punctual.complete({ session: id, owner: 'ada' })
    await assert.rejects(complete(), { code: 'attempt_refused', reason: 'open' })
    await consent(id, 'calendly')
    await assert.rejects(complete(), { code: 'attempt_refused', reason: 'open' })
  })

  test('is completed once for callers that come at the same time, in two processes', async (t) => {
    const { host, punctual, another, travel } = await startConnectPage(t)
    const { id } = await punctual.connectSessions.create(request)
    await travel(id, 'calcom')
    const other = another()
    const calls = [punctual, other, punctual, other].map((one) => one.complete({ session: id, owner: 'ada' }))
    const connections = await Promise.all(calls)
    assert.equal(new Set(connections.map((connection) => connection.id)).size, 1)
    assert.equal(host.tokenRequests(), 1)
  })

  test('says why a person did not connect, and can be used again', async (t) => {
    const { host, punctual, travel } = await startConnectPage(t)
    const { id } = await punctual.connectSessions.create(request)
    const declined = await travel(id, 'calendly', { allow: false })
    assert.equal(declined.href, 'http://localhost:3000/settings?tab=calendars&punctual=failed&error=access_denied')
    const { state, failure } = await punctual.connectSessions.get(id)
    assert.deepEqual([state, failure], ['open', { error: 'access_denied', reason: null }])
    const told = { code: 'attempt_refused', reason: 'access_denied', retryable: false }
    await assert.rejects(punctual.complete({ session: id, owner: 'ada' }), told)
    await travel(id, 'calcom')
    assert.equal((await punctual.connectSessions.get(id)).failure, null)
    assert.equal((await punctual.complete({ session: id, owner: 'ada' })).client, 'calcom')
    assert.equal(host.tokenRequests(), 1)
  })

  test('whose code was exchanged without an answer has failed for good, and says so', async (t) => {
    const { host, punctual, travel } = await startConnectPage(t)
    const { id } = await punctual.connectSessions.create(request)
    await travel(id, 'calendly')
    await setFault(host, { provider: 'calendly', endpoint: 'token', kind: 'status', status: 500 })
    const told = { code: 'attempt_refused', reason: 'exchange_failed', retryable: false, message: /consent once more/ }
    for (let tries = 0; tries < 2; tries++) await assert.rejects(punctual.complete({ session: id, owner: 'ada' }), told)
    const { state, failure } = await punctual.connectSessions.get(id)
    assert.deepEqual([state, failure?.error], ['open', 'provider_unavailable'])
    assert.equal(host.tokenRequests(), 1)
  })

  test('whose returnTo has members of an earlier trip comes back with those of this one', async (t) => {
    const { punctual, travel } = await startConnectPage(t)
    const returnTo = '/settings?tab=1&punctual_session=mine&punctual=failed&error=access_denied&reason=x'
    const { id } = await punctual.connectSessions.create({ owner: 'ada', returnTo })
    assert.equal((await travel(id, 'calendly', { allow: false })).search, '?tab=1&punctual=failed&error=access_denied')
    assert.equal((await travel(id, 'calendly')).search, `?tab=1&punctual_session=${id}`)
  })

  test('ends after half an hour: for the page, for the person who comes back, and for the back end', async (t) => {
    const { host, punctual, consent, callback, arrive } = await startConnectPage(t)
    const { connectSessions } = punctual
    const { id } = await connectSessions.create(request)
    host.sandbox.clock.advance(1795)
    const trip = await consent(id, 'calendly')
    host.sandbox.clock.advance(5)
    const gone = { code: 'connect_session_not_found' }
    await assert.rejects(connectSessions.get(id), gone)
    await assert.rejects(connectSessions.begin(id, 'calendly'), gone)
    const back = await arrive(id, await callback(trip))
    assert.equal(back.search, '?tab=calendars&punctual=failed&error=attempt_refused&reason=expired')
    await assert.rejects(punctual.complete({ session: id, owner: 'ada' }), gone)
    for (const unknown of ['session_unknown', 'session_', '', 'attempt_x', null as never])
      await assert.rejects(connectSessions.get(unknown), gone)
    await assert.rejects(punctual.complete({ session: 'session_unknown', owner: 'ada' }), gone)
    assert.equal(host.tokenRequests(), 0)
  })

  test('whose code was held for too long asks the person to begin again, and takes a new attempt', async (t) => {
    const { host, punctual, travel } = await startConnectPage(t)
    const { id } = await punctual.connectSessions.create(request)
    const complete = () => punctual.complete({ session: id, owner: 'ada' })
    await travel(id, 'calendly')
    host.sandbox.clock.advance(601)
    assert.equal((await punctual.connectSessions.get(id)).state, 'open')
    await assert.rejects(complete(), { code: 'attempt_refused', reason: 'expired' })
    assert.equal(host.tokenRequests(), 0)
    await travel(id, 'calendly')
    assert.equal((await complete()).status, 'active')
  })
})
