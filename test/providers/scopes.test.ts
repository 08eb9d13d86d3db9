// The closed lists of scopes: each scope is listed once, and each can be requested.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calcom, calendly, defineProvider } from '../../src/providers/index.ts'

const app = { clientId: 'id', clientSecret: 'secret' }

for (const [make, some] of [
  [calendly, ['default', 'users:read', 'webhooks:write', 'invitees:read']],
  [calcom, ['PROFILE_READ', 'READ_PROFILE', 'TEAM_BOOKING_WRITE', 'CREDITS_READ']],
] as const) {
  test(`${make.name} lists each of its scopes once`, () => {
    const { scopes } = make({ ...app, scopes: some }).provider
    assert.ok(scopes !== null && Object.isFrozen(scopes))
    assert.equal(new Set(scopes).size, scopes.length)
    for (const scope of some) assert.ok(scopes.includes(scope), scope)
    assert.deepEqual(make({ ...app, scopes }).scopes, scopes)
  })
}

test('a definition of your own can list its scopes', () => {
  const facts = {
    name: 'acme',
    issuer: 'https://acme.example',
    apiBase: 'https://acme.example',
    authorizationEndpoint: 'https://acme.example/a',
    tokenEndpoint: 'https://acme.example/t',
    identify: async () => ({ id: '1', name: null, email: null, timeZone: null }),
  }
  assert.equal(defineProvider(facts)({ ...app, scopes: ['x'] }).provider.scopes, null)
  assert.deepEqual(defineProvider({ ...facts, scopes: ['x'] })({ ...app, scopes: ['x'] }).provider.scopes, ['x'])
  const wrong = {
    code: 'invalid_argument',
    message: 'defineProvider: scopes[0] must be one scope: a text without white space.',
  }
  assert.throws(() => defineProvider({ ...facts, scopes: ['x y'] }), wrong)
})
