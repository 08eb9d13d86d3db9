// What is left of Cal.com's older days: refresh tokens from before rotation, and the endpoints on the app.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, calcomUrl, call, codeFor, connectCalcom, control, form, redirectUri, refreshCalcom, send } from './app.ts'

const said = ({ status, body }: Reply) => [status, body.error, body.error_description]

async function endpoint(options: SandboxOptions = {}) {
  const sandbox = await box(options)
  return { sandbox, id: sandbox.calcom.clientId, secret: sandbox.calcom.clientSecret }
}

test('a refresh token from before rotation is accepted without a row, replaced, and has no scopes', async () => {
  const legacy = async (options: SandboxOptions = {}) => {
    const given = await endpoint(options)
    const asked = { account: 'ada', client: given.id }
    const issued = await control(given.sandbox, 'POST', 'grants/legacy', asked)
    assert.equal(issued.status, 201)
    return { ...given, token: String(issued.body.refresh_token) }
  }
  const { sandbox, token } = await legacy()
  const first = await refreshCalcom(sandbox, token)
  assert.deepEqual([first.status, first.body.scope], [200, ''])
  assert.deepEqual(said(await refreshCalcom(sandbox, token)), [400, 'invalid_grant', 'refresh_token_revoked'])
  assert.equal((await refreshCalcom(sandbox, first.body.refresh_token)).status, 200)
  const me = await call(sandbox, `${sandbox.calcom.hosts.api}/v2/me`, first.body.access_token)
  assert.deepEqual([me.status, me.body.data.username], [200, 'ada'], 'without scopes nothing is enforced')
  const again = await legacy({ switches: { calcomLegacyRefreshToken: 'until_it_ends' } })
  assert.equal((await refreshCalcom(again.sandbox, again.token)).status, 200)
  assert.equal((await refreshCalcom(again.sandbox, again.token)).status, 200)
  again.sandbox.clock.advance(30 * 86_400)
  assert.equal(said(await refreshCalcom(again.sandbox, again.token))[2], 'invalid_refresh_token')
  const rotated = await legacy()
  await refreshCalcom(rotated.sandbox, (await connectCalcom(rotated.sandbox, 'ada')).refresh_token)
  assert.equal((await refreshCalcom(rotated.sandbox, rotated.token)).status, 200, 'no rotation touches it')
  for (const [asked, status] of [
    [{ account: 'nobody', client: rotated.id }, 404],
    [{ account: 'ada', client: 'nobody' }, 404],
    [{ account: 'ada' }, 400],
  ] as const) {
    assert.equal((await control(rotated.sandbox, 'POST', 'grants/legacy', asked)).status, status)
  }
})

test('the older endpoints: errors have neither a charset nor headers against caches', async () => {
  const { sandbox, id, secret } = await endpoint()
  const app = `${sandbox.calcom.hosts.app}/api/auth/oauth`
  const full = { client_id: id, client_secret: secret, grant_type: 'authorization_code', redirect_uri: redirectUri }
  const post = (path: string, fields: Record<string, string | undefined>) =>
    send(sandbox, app + path, { method: 'POST', body: form({ code: 'unknown', ...full, ...fields }) })
  const plain = ({ status, headers, body }: Reply) => {
    assert.deepEqual(
      [headers.get('content-type'), headers.get('cache-control'), headers.get('pragma')],
      ['application/json', null, null],
    )
    return [status, body]
  }
  for (const name of ['client_id', 'code', 'redirect_uri', 'grant_type']) {
    for (const value of [undefined, '']) {
      assert.deepEqual(plain(await post('/token', { [name]: value })), [400, { error: 'invalid_request' }], name)
    }
  }
  assert.deepEqual(plain(await post('/token', {})), [400, { error: 'invalid_grant' }])
  assert.deepEqual(plain(await post('/refreshToken', { grant_type: 'refresh_token' })), [
    400,
    { error: 'invalid_grant' },
  ])
  const code = await codeFor(sandbox, calcomUrl(sandbox))
  const { status, headers } = await post('/token', { code })
  assert.deepEqual(
    [status, headers.get('content-type'), headers.get('cache-control'), headers.get('pragma')],
    [200, 'application/json;charset=UTF-8', 'no-store', 'no-cache'],
  )
})
