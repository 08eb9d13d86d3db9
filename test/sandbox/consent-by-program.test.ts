// A program consents in place of a person: by `authorize`, or by the control of a sandbox in another process. A misspelt
// member or name is refused with a sentence, and signs nobody in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSandbox, type PersonInput } from '../../src/sandbox/index.ts'
import { box, calcomUrl, calendlyUrl, connectCalcom, control } from './app.ts'

for (const provider of ['calendly', 'calcom'] as const) {
  const urlOf = provider === 'calendly' ? calendlyUrl : calcomUrl

  test(`the control consents at ${provider} and says where the browser goes`, async () => {
    const sandbox = await box()
    const url = urlOf(sandbox)
    const ask = async (body: object) => (await control(sandbox, 'POST', 'authorize', { url, ...body })).body
    const { searchParams } = new URL((await ask({ account: 'eve' })).location)
    assert.notEqual(searchParams.get('code'), null)
    assert.equal(sandbox.requests().at(-1)?.endpoint, 'authorize')
    const denied = new URL((await ask({ account: 'eve', decision: 'deny' })).location)
    assert.equal(denied.searchParams.get('error'), 'access_denied')
    assert.equal(
      (await ask({ account: 'zoe' })).error,
      `The sandbox showed an error instead of the consent page (${provider === 'calendly' ? 400 : 200}): There is no account "zoe" at ${provider}: its accounts are ada, ben, chloe, dan, eve.`,
    )
  })

  test(`authorize refuses a misspelt member or account at ${provider}, and nobody is signed in`, async () => {
    const sandbox = await box()
    const url = urlOf(sandbox)
    const input = (more: object) => sandbox.authorize({ url, ...more } as PersonInput)
    for (const [wrong, message] of [
      [{ acount: 'ada' }, /^The input of authorize "acount" does not exist: remove it or correct its spelling\.$/],
      [{ allow: 'no' }, /^The input of authorize "allow" is wrong: give true or false\.$/],
      [{ url: 'authorize' }, /^The input of authorize "url" is wrong: give a whole authorization URL\.$/],
      [{ declineScopes: ['users'] }, /^The consent page has no tick for the scope "users"\. /],
      [{ account: 'zoe' }, /: There is no account "zoe" at \w+: its accounts are ada, ben, chloe, dan, eve\.$/],
    ] as const)
      await assert.rejects(input(wrong), { message })
    const codes = sandbox.requests().filter(({ status, method }) => method === 'POST' && status === 302)
    assert.deepEqual(codes, [])
  })
}

test('at Calendly the scopes that are given stay ticked, and no others', async () => {
  const sandbox = await box()
  const url = calendlyUrl(sandbox)
  const { body } = await control(sandbox, 'POST', 'authorize', { url, account: 'ada', scopes: ['users:read'] })
  const { hosts, clientId, clientSecret } = sandbox.calendly
  const exchanged = await sandbox.handler(
    new Request(`${hosts.auth}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: new URL(body.location).searchParams.get('code') ?? '',
        redirect_uri: 'http://127.0.0.1:4600/callback',
      }),
    }),
  )
  assert.equal(((await exchanged.json()) as { scope: string }).scope, 'users:read')
})

test('wrong input of the control gets 400 and one sentence', async () => {
  const sandbox = await box()
  const url = calendlyUrl(sandbox)
  for (const [body, sentence] of [
    [{}, /^The consent "url" is wrong: give an authorization URL\.$/],
    [{ url: '/oauth/authorize' }, /^The consent "url" is wrong: give a whole authorization URL\.$/],
    [{ url, acount: 'ada' }, /^The consent "acount" does not exist: remove it or correct its spelling\.$/],
    [{ url, decision: 'yes' }, /^The consent "decision" is wrong: give "allow" or "deny"\.$/],
    [
      { url, scopes: ['users:read', 'users'] },
      /^The consent page has no tick for the scope "users"\. It has users:read,/,
    ],
    [{ url: calcomUrl(sandbox), scopes: ['PROFILE_READ'] }, /Here a person grants all of them or none\.$/],
    [{ url: `${sandbox.url}/control/clock` }, /\(200\): no consent page was shown$/],
  ] as const) {
    const reply = await control(sandbox, 'POST', 'authorize', body)
    assert.deepEqual([reply.status, Object.keys(reply.body)], [400, ['error']])
    assert.match(reply.body.error, sentence)
  }
  await control(sandbox, 'POST', 'faults', { kind: 'reset_before', endpoint: 'authorize' })
  const cut = await control(sandbox, 'POST', 'authorize', { url, account: 'ada' })
  assert.match(cut.body.error, /a fault has cut the connection/)
})

test('a page of another origin cannot consent, and a sandbox in another process is reached by HTTP', async (t) => {
  const sandbox = await createSandbox()
  t.after(sandbox.close)
  const ask = (headers: Record<string, string> = {}) =>
    fetch(`${sandbox.url}/control/authorize`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ url: calendlyUrl(sandbox), account: 'ada' }),
    })
  assert.equal((await ask({ origin: 'https://evil.example' })).status, 403)
  assert.match(((await (await ask()).json()) as { location: string }).location, /\?code=/)
})

test('revoke refuses an account, a client or a member that does not exist', async () => {
  const sandbox = await box()
  await connectCalcom(sandbox, 'ada', 'PROFILE_READ')
  const revoke = (given: object) => () => sandbox.revoke(given as Parameters<typeof sandbox.revoke>[0])
  for (const [given, message] of [
    [
      { provider: 'calcom', account: 'zoe' },
      'There is no account "zoe" at calcom: its accounts are ada, ben, chloe, dan, eve.',
    ],
    [{ provider: 'outlook', account: 'ada' }, 'The input of revoke "provider" is wrong: give "calendly" or "calcom".'],
    [
      { provider: 'calcom', acount: 'ada' },
      'The input of revoke "account" is wrong: give the id, the slug or the email address of an account.',
    ],
    [
      { provider: 'calcom', account: 'ada', clinet: 'x' },
      'The input of revoke "clinet" does not exist: remove it or correct its spelling.',
    ],
  ] as const)
    assert.throws(revoke(given), { name: 'SandboxOptionError', code: 'invalid_argument', message })
  assert.throws(revoke({ provider: 'calcom', account: 'ada', client: 'nobody' }), {
    message: /^There is no client "nobody" at calcom: its clients are .*\.$/,
  })
  const status = async () => (await control(sandbox, 'GET', 'grants')).body.grants[0].status
  assert.equal(await status(), 'active')
  assert.equal(revoke({ provider: 'calcom', account: 'ada@calcom.example' })(), 1)
  assert.equal(await status(), 'ended')
})
