// Some providers refuse an ended refresh token in words of no standard. One such response proves nothing; the same for days
// does. A response that does not come from the authorization server never ends a grant.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ScriptedHost, type ScriptedTokenResponse, startScripted } from '../support/scripted-provider.ts'

/** Asks every half hour for so many days. Returns the last caller's result. */
async function askFor(host: ScriptedHost, id: string, days: number): Promise<string> {
  let last = ''
  for (let half = 0; half < days * 48; half++) {
    host.advance(1800)
    const connection = await host.punctual.connections.get(id)
    last = await connection.token().then(
      () => 'a token',
      (error) => `${error.code} ${error.reason}`,
    )
  }
  return last
}

const lasting: [string, ScriptedTokenResponse][] = [
  ['a code of its own', { status: 400, body: { error: 'invalid_refresh_token' } }],
  ['a code of its own with 200', { status: 200, body: { error: 'bad_refresh_token' } }],
  ['an error that is an object', { status: 403, body: { error: { code: 190, message: 'Session has expired' } } }],
  ['a message alone', { status: 401, body: { message: 'Unauthorized' } }],
]

const passing: [string, ScriptedTokenResponse][] = [
  ['a proxy’s page', { status: 403, body: '<html>Access denied</html>', type: 'text/html' }],
  ['an empty body', { status: 401, body: '' }],
  ['a route that is not there', { status: 404, body: { error: 'not_found' } }],
  ['too many requests', { status: 429, body: { error: 'slow_down' } }],
  ['a fault of the server', { status: 500, body: { error: 'bad_refresh_token' } }],
]

describe('a refresh that is refused for days', () => {
  for (const [what, response] of lasting)
    test(`ends the grant after three days: ${what}`, async (t) => {
      const host = startScripted(t)
      const { id } = await host.connect('ann')
      const events: string[] = []
      host.punctual.on(({ type }) => type === 'connection.needs_reconnect' && events.push(type))
      host.answer = () => response
      assert.equal(await askFor(host, id, 3), 'provider_unavailable unexpected')
      assert.equal((await host.punctual.connections.get(id)).status, 'active')
      assert.match(await askFor(host, id, 1), /^needs_reconnect (refused|outcome_unknown)$/)
      assert.deepEqual(events, ['connection.needs_reconnect'])
    })

  for (const [what, response] of passing)
    test(`never ends the grant where the cause may pass: ${what}`, async (t) => {
      const host = startScripted(t)
      const { id } = await host.connect('ann')
      host.answer = () => response
      assert.match(await askFor(host, id, 4), /^provider_unavailable /)
      host.answer = () => null
      host.advance(3600)
      assert.equal((await (await host.punctual.connections.get(id)).token()).generation, 2)
    })

  test('counts only refusals: one, three days of faults, and one more are not enough', async (t) => {
    const host = startScripted(t)
    const { id } = await host.connect('ann')
    const no = { status: 401, body: { message: 'Unauthorized' } }
    host.answer = () => no
    await askFor(host, id, 0.25)
    host.answer = () => ({ status: 503, body: {} })
    await askFor(host, id, 4)
    host.answer = () => no
    assert.equal(await askFor(host, id, 1 / 48), 'provider_unavailable unexpected')
  })
})

describe('a provider that defines what its token errors mean', () => {
  test('ends the grant, refuses the client or is unavailable at the first response', async (t) => {
    const tokenErrors = { bad_refresh_token: 'grant', app_disabled: 'client', busy: 'away' } as const
    const host = startScripted(t, { tokenErrors })
    const { id } = await host.connect('ann')
    host.advance(3700)
    const results: string[] = []
    for (const error of ['busy', 'app_disabled', 'bad_refresh_token']) {
      host.answer = () => ({ status: 400, body: { error } })
      results.push(await askFor(host, id, 1 / 48))
    }
    assert.deepEqual(
      results.map((one) => one.split(' ')[0]),
      ['provider_unavailable', 'client_misconfigured', 'needs_reconnect'],
    )
  })

  test('never ends a grant with an error that it defines as unavailable', async (t) => {
    const host = startScripted(t, { tokenErrors: ({ status }) => (status === 403 ? 'away' : null) })
    const { id } = await host.connect('ann')
    host.answer = () => ({ status: 403, body: { message: 'Blocked' } })
    assert.match(await askFor(host, id, 4), /^provider_unavailable /)
  })
})
