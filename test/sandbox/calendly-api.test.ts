// Calendly's API: the three 401s, scopes, resources, paging, limits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { box, call, connectCalendly, control, refreshCalendly } from './app.ts'

test('each of the three causes of a 401 has its own message', async () => {
  const sandbox = await box()
  const url = `${sandbox.calendly.hosts.api}/users/me`
  const is = async (token: string | undefined, message: string) => {
    const { status, body } = await call(sandbox, url, token)
    assert.deepEqual([status, body], [401, { title: 'Unauthenticated', message }])
  }
  const tokens = await connectCalendly(sandbox)
  await is(undefined, 'The access token is invalid')
  await is('made-up', 'The access token is invalid')
  await is(tokens.refresh_token, 'The access token is invalid')
  sandbox.clock.advance(7199)
  assert.equal((await call(sandbox, url, tokens.access_token)).status, 200)
  sandbox.clock.advance(1)
  await is(tokens.access_token, 'The access token expired')
  await refreshCalendly(sandbox, tokens.refresh_token)
  await is(tokens.access_token, 'The access token was revoked')
})

test('GET /users/me returns the documented fields in alphabetical order, and /users/{uuid} other users of the organization', async () => {
  const sandbox = await box()
  const api = sandbox.calendly.hosts.api
  const { access_token } = await connectCalendly(sandbox, 'chloe')
  const { body } = await call(sandbox, `${api}/users/me`, access_token)
  const keys = Object.keys(body.resource)
  assert.deepEqual(keys, [...keys].sort())
  assert.equal(body.resource.name, 'Chloé Nguyễn-Łuczak')
  assert.equal(body.resource.timezone, 'Asia/Ho_Chi_Minh')
  assert.equal(body.resource.uri, `${api}/users/CHLOENGUYEN00003`)
  assert.equal((await call(sandbox, body.resource.uri, access_token)).status, 200)
  const foreign = await call(sandbox, `${api}/users/ADALINDQVIST0001`, access_token)
  assert.deepEqual([foreign.status, foreign.body.title], [403, 'Permission Denied'])
  const nobody = await call(sandbox, `${api}/users/NOBODY`, access_token)
  assert.deepEqual(
    [nobody.status, nobody.body],
    [404, { title: 'Resource Not Found', message: 'The server could not find the requested resource.' }],
  )
  const { access_token: ada } = await connectCalendly(sandbox, 'ada')
  assert.equal((await call(sandbox, `${api}/users/BENCARTER0000002`, ada)).status, 200)
})

test('scopes: 403 names what is required; write implies read; default is everything', async () => {
  const sandbox = await box({
    clients: [
      {
        provider: 'calendly',
        id: 'pNx_q7Zr-3TgWm0aKc8_VhE5-ydJ2fLsU6bXoQ1tRi4',
        secret: 'sandbox-calendly-secret',
        redirectUris: 'loopback',
        scopes: ['default', 'users:read', 'organizations:write'],
      },
    ],
  })
  const api = sandbox.calendly.hosts.api
  const { access_token } = await connectCalendly(sandbox, 'ada', 'users:read organizations:write')
  const organization = `${api}/organizations/NORTHWINDSTUDIO1`
  assert.equal((await call(sandbox, organization, access_token)).status, 200)
  const refused = await call(sandbox, `${api}/event_types?user=${api}/users/ADALINDQVIST0001`, access_token)
  assert.equal(refused.status, 403)
  assert.deepEqual(refused.body, {
    title: 'Insufficient scope',
    message: "This operation requires the scopes listed in the 'required_scopes' array.",
    required_scopes: ['event_types:read'],
  })
  const legacy = await connectCalendly(sandbox, 'ada', '')
  assert.equal(legacy.scope, 'default')
  const types = `${api}/event_types?user=${api}/users/ADALINDQVIST0001`
  assert.equal((await call(sandbox, types, legacy.access_token)).status, 200)
  const { body } = await refreshCalendly(sandbox, legacy.refresh_token)
  assert.ok(body.scope.includes('event_types:write') && !body.scope.includes('default'))
  assert.equal((await call(sandbox, types, body.access_token)).status, 200)
})

test('event types: full URIs only, own organization only', async () => {
  const sandbox = await box()
  const api = sandbox.calendly.hosts.api
  const { access_token } = await connectCalendly(sandbox, 'ada')
  const list = (query: string) => call(sandbox, `${api}/event_types${query}`, access_token)
  const invalid = { title: 'Invalid Argument', message: 'The supplied parameters are invalid.' }
  assert.deepEqual([(await list('')).status, (await list('')).body], [400, invalid])
  assert.equal((await list('?user=ADALINDQVIST0001')).status, 400)
  assert.equal((await list(`?user=${api}/users/ADALINDQVIST0001&count=0`)).status, 400)
  assert.equal((await list(`?user=${api}/users/ADALINDQVIST0001&sort=constructor:asc`)).status, 400)
  const foreign = await list(`?user=${api}/users/DANFREEMAN000004`)
  assert.deepEqual([foreign.status, foreign.body.message], [403, 'This user is not in your organization'])
  const active = await list(`?user=${api}/users/ADALINDQVIST0001&active=true&count=100`)
  assert.equal(active.body.pagination.count, 22)
  const one = await call(sandbox, active.body.collection[0].uri, access_token)
  assert.deepEqual(one.body.resource, active.body.collection[0])
})

test('paging: following next_page unchanged reaches the end; a rebuilt query is refused', async () => {
  const sandbox = await box()
  const api = sandbox.calendly.hosts.api
  const { access_token } = await connectCalendly(sandbox, 'ada')
  const first = await call(sandbox, `${api}/event_types?user=${api}/users/ADALINDQVIST0001`, access_token)
  assert.equal(first.body.pagination.count, 20)
  assert.match(first.body.pagination.next_page_token, /^[\w-]{32}$/)
  const second = await call(sandbox, first.body.pagination.next_page, access_token)
  assert.deepEqual(
    [second.body.pagination.count, second.body.pagination.next_page, second.body.pagination.next_page_token],
    [3, null, null],
  )
  const names = [...first.body.collection, ...second.body.collection].map((one: { uri: string }) => one.uri)
  assert.equal(new Set(names).size, 23)
  const back = await call(sandbox, second.body.pagination.previous_page, access_token)
  assert.deepEqual(back.body.collection, first.body.collection)
  const token = first.body.pagination.next_page_token
  const rebuilt = await call(
    sandbox,
    `${api}/event_types?organization=${api}/organizations/NORTHWINDSTUDIO1&page_token=${token}`,
    access_token,
  )
  assert.equal(rebuilt.status, 400)
  assert.deepEqual(rebuilt.body.details, [{ parameter: 'page_token', message: 'is invalid' }])
})

test('500 requests a minute on a paid plan, 50 on a free one, with seconds until the reset', async () => {
  const sandbox = await box()
  const url = `${sandbox.calendly.hosts.api}/users/me`
  const paid = await connectCalendly(sandbox, 'ada')
  const free = await connectCalendly(sandbox, 'dan')
  assert.equal((await call(sandbox, url, paid.access_token)).headers.get('x-ratelimit-limit'), '500')
  for (let count = 1; count <= 50; count += 1) {
    const { status, headers } = await call(sandbox, url, free.access_token)
    assert.deepEqual([status, headers.get('x-ratelimit-remaining')], [200, String(50 - count)])
  }
  sandbox.clock.advance(20)
  const { status, headers } = await call(sandbox, url, free.access_token)
  assert.deepEqual([status, headers.get('x-ratelimit-remaining'), headers.get('x-ratelimit-reset')], [429, '0', '40'])
  sandbox.clock.advance(40)
  assert.equal((await call(sandbox, url, free.access_token)).status, 200)
})

test('rate limit headers name the key and the tier; switches decide what the reset means and whose the limit is', async () => {
  const app = { provider: 'calendly', id: 'another-app', secret: 's', redirectUris: 'loopback' } as const
  const url = (sandbox: Sandbox) => `${sandbox.calendly.hosts.api}/users/me`
  const read = async (sandbox: Sandbox, token: string | undefined) => {
    const { headers } = await call(sandbox, url(sandbox), token)
    return ['limit', 'remaining', 'reset', 'key', 'tier'].map((name) => headers.get(`x-ratelimit-${name}`))
  }
  const sandbox = await box()
  const { access_token: token } = await connectCalendly(sandbox, 'dan')
  const key = `oauth:${sandbox.calendly.clientId}:DANFREEMAN000004`
  assert.deepEqual(await read(sandbox, token), ['50', '49', '60', key, 'free'])
  sandbox.clock.advance(20)
  assert.deepEqual((await read(sandbox, token)).slice(0, 3), ['50', '48', '40'])
  const personal = async (one: Sandbox) => {
    const body = { account: 'dan', scopes: ['users:read'] }
    return (await control(one, 'POST', 'personal-tokens', body)).body.token
  }
  assert.deepEqual((await read(sandbox, await personal(sandbox)))[1], '47', 'one limit for all that act for the user')
  const other = await box({
    clients: [app],
    switches: { calendlyRateLimitReset: 'window', calendlyRateLimitPer: 'user_and_client' },
  })
  const { access_token: second } = await connectCalendly(other, 'dan')
  await read(other, second)
  other.clock.advance(20)
  assert.deepEqual((await read(other, second)).slice(0, 3), ['50', '48', '60'])
  assert.deepEqual((await read(other, await personal(other)))[1], '49')
})

test('answers have the headers of recorded ones; a 404 must not be cached', async () => {
  const sandbox = await box()
  const api = sandbox.calendly.hosts.api
  const { access_token: token } = await connectCalendly(sandbox, 'ada')
  const [one, again] = [await call(sandbox, `${api}/users/me`, token), await call(sandbox, `${api}/users/me`, token)]
  assert.match(one.headers.get('etag') ?? '', /^W\/"[0-9a-f]{32}"$/)
  assert.equal(one.headers.get('etag'), again.headers.get('etag'))
  assert.equal(one.headers.get('cache-control'), 'max-age=0, private, must-revalidate')
  assert.match(one.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
  assert.notEqual(one.headers.get('x-request-id'), again.headers.get('x-request-id'))
  assert.equal(one.headers.get('access-control-allow-origin'), '*')
  const none = await call(sandbox, `${api}/users/NOBODY`, token)
  assert.deepEqual([none.status, none.headers.get('cache-control'), none.headers.get('etag')], [404, 'no-cache', null])
})

test('event types have the fields of recorded ones, and can be filtered by schedule', async () => {
  const sandbox = await box()
  const api = sandbox.calendly.hosts.api
  const scope = 'event_types:read availability:read'
  const { access_token: token, owner: user } = await connectCalendly(sandbox, 'ben', scope)
  const list = async (query: string) => call(sandbox, `${api}/event_types?user=${user}${query}`, token)
  const [one] = (await list('')).body.collection
  assert.deepEqual(Object.keys(one), [...Object.keys(one)].sort())
  assert.deepEqual([one.is_paid, one.locale, one.locations], [false, 'en', []])
  const schedules = await call(sandbox, `${api}/user_availability_schedules?user=${user}`, token)
  const { uri } = schedules.body.collection[0]
  const count = async (schedule: string) =>
    (await list(`&user_availability_schedule=${schedule}`)).body.pagination?.count
  assert.deepEqual([await count(uri), await count(`${uri}X`), await count('mine')], [4, 0, undefined])
})
