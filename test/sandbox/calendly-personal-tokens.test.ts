// Personal access tokens of Calendly: issued by the control, used like other tokens, without an app that signs webhooks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { box, calendlyToken, call, connectCalendly, control, receiver, send, sendJson } from './app.ts'
import { isSigned } from './calendly-app.ts'

async function make(sandbox: Sandbox, body: object): Promise<string> {
  const made = await control(sandbox, 'POST', 'personal-tokens', body)
  assert.equal(made.status, 201, made.text)
  return made.body.token
}

test('a personal token is a JWT with its scopes, is shown once, does not expire, and belongs to no app', async () => {
  const sandbox = await box()
  const api = sandbox.calendly.hosts.api
  const token = await make(sandbox, { account: 'ben', scopes: ['users:read'] })
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  assert.deepEqual([claims.user_uuid, claims.scope, 'exp' in claims], ['BENCARTER0000002', 'users:read', false])
  const me = await call(sandbox, `${api}/users/me`, token)
  assert.deepEqual([me.status, me.body.resource.name], [200, 'Ben Carter'])
  assert.deepEqual([me.headers.get('x-ratelimit-limit'), me.headers.get('x-ratelimit-key')], ['500', null])
  const refused = await call(sandbox, `${api}/organizations/NORTHWINDSTUDIO1`, token)
  assert.deepEqual(refused.body.required_scopes, ['organizations:read'])
  sandbox.clock.advance(86_400 * 365)
  assert.equal((await call(sandbox, `${api}/users/me`, token)).status, 200)
  const refreshed = await calendlyToken(sandbox, { grant_type: 'refresh_token', refresh_token: token })
  assert.equal(refreshed.body.error, 'invalid_grant')
  const { clientId, clientSecret, hosts } = sandbox.calendly
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, token })
  assert.deepEqual((await send(sandbox, `${hosts.auth}/oauth/introspect`, { method: 'POST', body })).body, {
    active: false,
  })
  assert.equal((await send(sandbox, `${hosts.auth}/oauth/revoke`, { method: 'POST', body })).status, 403)
  const listed = (await control(sandbox, 'GET', 'personal-tokens')).text
  assert.ok(listed.includes('BENCARTER0000002') && !listed.includes(token))
})

test('a personal token ends when its user revokes it, or changes the password', async () => {
  const sandbox = await box()
  const me = async (token: string) =>
    (await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, token)).body.message ?? 'alive'
  const [one, two] = [await make(sandbox, { account: 'ada' }), await make(sandbox, { account: 'ada' })]
  const { personalTokens } = (await control(sandbox, 'GET', 'personal-tokens')).body
  const gone = await control(sandbox, 'DELETE', `personal-tokens/${personalTokens[0].id}`)
  assert.deepEqual(
    gone.body.personalTokens.map(({ status }: { status: string }) => status),
    ['ended', 'active'],
  )
  assert.deepEqual([await me(one), await me(two)], ['The access token was revoked', 'alive'])
  sandbox.revoke({ provider: 'calendly', account: 'ada' })
  assert.equal(await me(two), 'The access token was revoked')
  assert.equal((await control(sandbox, 'DELETE', 'personal-tokens/none')).status, 404)
})

test('wrong input gets one sentence; `default` is the full access of an older token', async () => {
  const sandbox = await box()
  const post = async (body: object) => {
    const { status, body: answer } = await control(sandbox, 'POST', 'personal-tokens', body)
    return [status, answer.error]
  }
  assert.deepEqual(await post({ account: 'nobody' }), [
    404,
    'There is no account "nobody" at calendly: its accounts are ada, ben, chloe, dan, eve.',
  ])
  assert.deepEqual(await post({}), [
    400,
    'The personal token "account" is wrong: give the id, the slug or the email address of an account at Calendly.',
  ])
  assert.deepEqual(await post({ account: 'ada', scopes: [] }), [
    400,
    'The personal token "scopes" is wrong: give at least one scope.',
  ])
  assert.deepEqual(await post({ account: 'ada', scopes: ['users'] }), [
    400,
    'The personal token "scopes[0]" is wrong: give scopes of Calendly, or "default" for all access.',
  ])
  const token = await make(sandbox, { account: 'ada', scopes: ['default'] })
  assert.equal((await call(sandbox, `${sandbox.calendly.hosts.api}/teams`, token)).status, 200)
})

test('webhooks of a personal token are signed with their own key, or not at all', async () => {
  const hooks = receiver()
  const sandbox = await box({ deliver: hooks.deliver, switches: { calendlyHooksEndWithTokens: true } })
  const { api } = sandbox.calendly.hosts
  const token = await make(sandbox, { account: 'ada' })
  const { owner: user, organization } = await connectCalendly(sandbox, 'ada')
  const events = ['invitee.created']
  const subscribe = (url: string, more: object) => {
    const body = { url, events, organization, user, scope: 'user', ...more }
    return sendJson(sandbox, 'POST', `${api}/webhook_subscriptions`, token, body)
  }
  assert.equal((await subscribe('https://app.example/signed', { signing_key: 'my own key' })).status, 201)
  assert.equal((await subscribe('https://app.example/plain', {})).status, 201)
  const book = () => control(sandbox, 'POST', 'bookings', { provider: 'calendly', account: 'ada' })
  await book()
  await sandbox.delivered()
  const at = (path: string) => hooks.got.find(({ url }) => url.endsWith(path))
  assert.ok(isSigned(at('/signed'), 'my own key'))
  assert.equal(at('/plain')?.headers.get('calendly-webhook-signature'), null)
  const listed = await call(
    sandbox,
    `${api}/webhook_subscriptions?organization=${organization}&user=${user}&scope=user`,
    token,
  )
  assert.equal(listed.body.collection.length, 2)
  sandbox.revoke({ provider: 'calendly', account: 'ada' })
  await book()
  await sandbox.delivered()
  assert.equal(hooks.got.length, 2)
})
