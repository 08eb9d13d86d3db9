// The operator's pages of the service: who has an API key with the scope admin looks, and unlocks them to change something.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock, systemRandom } from '../../src/core/clock.ts'
import { createDashboardWithSignIn } from '../../src/dashboard/dashboard.ts'
import { createPunctual, type Punctual, PunctualError } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { attachment, exchanged } from '../store/fixtures.ts'
import { testKey } from '../support/settings.ts'

const own = 'https://app.example/operator'
const place = { table: 'operator_pages', row: 'session', column: 'cookie' }
const vault = createVault(createKeyring([testKey]), systemRandom)
const sealer = { seal: (text: string) => vault.seal(place, text), open: (sealed: string) => vault.open(place, sealed) }

let punctual: Punctual
let now = Date.now()
let isAway = false
let ask: (
  path: string,
  options?: { form?: Record<string, string>; cookie?: string; origin?: string },
) => Promise<Response>
let admin: { key: string; name: string }
const connection = 'connection_planted'

before(async () => {
  const store = memory()
  const clients = [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })]
  punctual = createPunctual({ baseUrl: 'https://app.example', keys: [testKey], store, clients, journal: null })
  punctual.on(() => {})()
  // It opens the store.
  const made = await punctual.apiKeys.create({ name: 'night shift', scopes: ['admin'] })
  await exchanged(store, 'planted', { client: 'calendly' })
  await store.connections.attach(attachment('planted', { owner: 'tenant-1', connection }))
  admin = { key: made.key, name: `night shift (${made.apiKey.id})` }
  const clock = { ...systemClock, now: () => now }
  const verify: Punctual['apiKeys']['verify'] = async (text) => {
    if (isAway) throw new PunctualError('store_unavailable', 'away', { retryable: true })
    return punctual.apiKeys.verify(text)
  }
  const pages = createDashboardWithSignIn({ punctual, clients, baseUrl: own, clock }, { apiKeys: { verify }, sealer })
  ask = async (path, { form, cookie = '', origin = 'https://app.example' } = {}) => {
    const headers = { cookie, ...(form && { origin }) }
    const init = form ? { method: 'POST', body: new URLSearchParams(form), headers } : { headers }
    return pages.fetch(new Request(`${own}${path}`, init))
  }
})

after(() => punctual?.stop())

/** The cookie of a person who signs in with that key. */
async function signIn(key = admin.key): Promise<string> {
  const { headers } = await ask('/sign-in', { form: { key, to: '' } })
  return cookieIn(headers)
}

function cookieIn(headers: Headers): string {
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}

const paths = ['', '/connections', `/connections/${connection}`, '/events', '/audit', '/clients', '/nowhere']

test('without a session every page leads to the form, and no form changes anything', async () => {
  for (const cookie of ['', '__Host-punctual_operator=p1.a.b', `__Host-punctual_operator=${admin.key}`]) {
    for (const path of paths) {
      const answer = await ask(path, { cookie })
      const to = new URLSearchParams({ to: `/operator${path}` })
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, `/operator/sign-in?${to}`], path)
      assert.equal(await answer.text(), '')
    }
    for (const path of [`/connections/${connection}/disconnect`, '/unlock', '/lock', '/sign-out', '/events/replay'])
      assert.equal((await ask(path, { form: { since: 'day' }, cookie })).status, 401, path)
  }
  assert.equal((await punctual.connections.get(connection)).status, 'active')
})

test('a key that does not work, lacks the scope admin or belongs to one owner opens nothing', async () => {
  const { key: small } = await punctual.apiKeys.create({ name: 'small', scopes: ['connections:read', 'calls'] })
  const { key: bound } = await punctual.apiKeys.create({ name: 'bound', scopes: ['admin'], owner: 'tenant-1' })
  for (const [key, sentence] of [
    ['', /There is no such key/],
    [`${admin.key.slice(0, -1)}_`, /There is no such key/],
    [small, /lacks the scope admin/],
    [bound, /belongs to one owner/],
  ] as const) {
    const answer = await ask('/sign-in', { form: { key, to: '' } })
    assert.deepEqual([answer.status, answer.headers.get('set-cookie')], [401, null])
    const text = await answer.text()
    assert.match(text, sentence)
    assert.ok(key === '' || !text.includes(key), 'the key is not shown')
  }
})

test('the cookie of a session is sealed, and no script and no other site gets it', async () => {
  const { status, headers } = await ask('/sign-in', { form: { key: admin.key, to: '/operator/events?state=dead' } })
  assert.deepEqual([status, headers.get('location')], [303, '/operator/events?state=dead'])
  const cookie = headers.get('set-cookie') ?? ''
  assert.match(cookie, /^__Host-punctual_operator=p1\.\S+; Path=\/; Max-Age=7200; HttpOnly; SameSite=Strict; Secure$/)
  assert.ok(!cookie.includes(admin.key))
  for (const to of ['https://evil.example/operator', '//evil.example/operator', '/elsewhere', 'javascript:alert(1)']) {
    const answer = await ask('/sign-in', { form: { key: admin.key, to } })
    assert.equal(answer.headers.get('location'), '/operator/', to)
  }
})

test('a page of another site can neither sign a person in nor unlock the pages', async () => {
  const cookie = await signIn()
  const forms = [['/sign-in', { key: admin.key }] as const, ['/unlock', {}] as const, ['/sign-out', {}] as const]
  for (const [path, form] of forms) {
    const answer = await ask(path, { form, cookie, origin: 'https://evil.example' })
    assert.deepEqual([answer.status, answer.headers.get('set-cookie')], [403, null], path)
  }
})

test('the pages are read-only until they are unlocked, and again ten minutes later', async () => {
  const locked = await signIn()
  const path = `/connections/${connection}`
  const shown = await (await ask(path, { cookie: locked })).text()
  assert.match(shown, /Read only/)
  assert.deepEqual(
    [...shown.matchAll(/action="([^"]+)"/g)].map(([, to]) => to),
    ['/operator/unlock', '/operator/sign-out'],
  )
  const refused = await ask(`${path}/disconnect`, { form: {}, cookie: locked })
  assert.equal(refused.status, 403)
  assert.match(await refused.text(), /Unlock them/)

  const answer = await ask('/unlock', { form: { to: `/operator${path}` }, cookie: locked })
  assert.equal(answer.headers.get('location'), `/operator${path}`)
  const unlocked = cookieIn(answer.headers)
  assert.match(await (await ask(path, { cookie: unlocked })).text(), /Unlocked: locks in 10 minutes.*Test now/s)
  const relocked = cookieIn((await ask('/lock', { form: {}, cookie: unlocked })).headers)
  assert.equal((await ask(`${path}/test`, { form: {}, cookie: relocked })).status, 403)
  now += 600_000
  assert.equal((await ask(`${path}/test`, { form: {}, cookie: unlocked })).status, 403)
  now -= 600_000
  assert.equal((await ask(`${path}/disconnect`, { form: {}, cookie: unlocked })).status, 303)

  const { items } = await punctual.operator.audit({ limit: 4 })
  assert.deepEqual(
    items.map(({ actor, action, outcome }) => [actor, action, outcome].join(' ')).reverse(),
    ['sign_in ok', 'unlock ok', 'lock ok', 'disconnect ok'].map((one) => `${admin.name} ${one}`),
  )
})

test('a session ends after two hours, with a revoked key, and when the person signs out', async () => {
  const cookie = await signIn()
  assert.equal((await ask('', { cookie })).status, 200)
  now += 7_200_000
  assert.equal((await ask('', { cookie })).status, 303)
  now -= 7_200_000
  const out = await ask('/sign-out', { form: {}, cookie })
  assert.match(out.headers.get('set-cookie') ?? '', /^__Host-punctual_operator=; .*Max-Age=0;/)
  const { key, apiKey } = await punctual.apiKeys.create({ name: 'short', scopes: ['admin'] })
  const short = await signIn(key)
  assert.equal((await ask('', { cookie: short })).status, 200)
  await punctual.apiKeys.revoke(apiKey.id)
  assert.equal((await ask('', { cookie: short })).status, 303)
})

test('while the database is away, who was signed in still looks, and nobody changes anything', async (t) => {
  t.after(() => {
    isAway = false
  })
  const cookie = await signIn()
  assert.equal((await ask('', { cookie })).status, 200)
  const unlocked = cookieIn((await ask('/unlock', { form: {}, cookie })).headers)
  isAway = true
  const shown = await ask('', { cookie: unlocked })
  assert.equal(shown.status, 200)
  assert.match(await shown.text(), /Read only/)
  assert.equal((await ask('/events/replay', { form: { since: 'day' }, cookie: unlocked })).status, 403)
  assert.equal((await ask('/sign-in', { form: { key: admin.key, to: '' } })).status, 503)
})
