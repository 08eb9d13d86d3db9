import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { secret } from '../core/secret.ts'
import { clientAt, handClock, json, page, serve } from './real-server.test.ts'
import { revoke } from './revoke.ts'

const parts = { fetch, clock: handClock() }
const request = { token: secret('token-1'), hint: 'access_token' } as const
const refused = (detail: string) => ({ revoked: false, reason: 'refused', detail })
const unavailable = (detail: string) => ({ revoked: false, reason: 'unavailable', detail })

describe('a revocation', () => {
  const challenge = { 'www-authenticate': 'Bearer error="x"' }
  const notYours = { error: 'unauthorized_client', error_description: 'You are not authorized to revoke token-1' }
  const all: [string, Parameters<typeof serve>[1], object][] = [
    ['is done: an empty body', page(200, ''), { revoked: true }],
    ['is done: an object', json(200, {}), { revoked: true }],
    ['is done: no content', (response) => response.writeHead(204).end(), { revoked: true }],
    [
      'is done: an error reports that the token was invalid already',
      json(400, { error: 'invalid_token' }),
      { revoked: true },
    ],
    [
      'is done: an error reports that the grant had ended already',
      json(400, { error: 'invalid_grant' }),
      { revoked: true },
    ],
    [
      'is refused for that kind of token',
      json(400, { error: 'unsupported_token_type' }),
      refused('unsupported_token_type'),
    ],
    ['is refused with 400', json(400, { error: 'invalid_request' }, challenge), refused('invalid_request')],
    [
      'is refused with 403',
      json(403, notYours),
      refused('unauthorized_client: You are not authorized to revoke [secret]'),
    ],
    ['is refused with 200', json(200, { error: 'invalid_client' }), refused('invalid_client')],
    ['is unknown: a page of a proxy', page(200, '<html>sign in to the airport</html>'), unavailable('not_json')],
    ['is unknown: a redirect', page(302, '', { location: '/' }), unavailable('redirected')],
    ['is unknown: 5xx', json(503, {}), unavailable('server_error')],
    ['is unknown: 429', json(429, {}), unavailable('rate_limited')],
    ['is unknown: a broken connection', (response) => response.destroy(), unavailable('network')],
  ]
  for (const [what, respond, expected] of all) {
    test(what, async (t) => {
      const server = await serve(t, respond)
      assert.deepEqual(await revoke(parts, clientAt(server.url), request), expected)
      assert.equal(server.received.length, 1)
    })
  }

  test('is not sent to a provider that has no revocation endpoint', async () => {
    const never = () => assert.fail('it was sent')
    const outcome = await revoke(
      { ...parts, fetch: never },
      clientAt('https://auth.example.com', { revocation: null }),
      request,
    )
    assert.deepEqual(outcome, { revoked: false, reason: 'unsupported', detail: 'Example has no way to revoke a token' })
  })
})
