// A provider of your own, defined by its facts only.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { secret } from '../../src/core/secret.ts'
import { defineProvider, type ProviderDefinition } from '../../src/providers/index.ts'
import { refused } from './contract.ts'

const minimal: ProviderDefinition = {
  name: 'own',
  issuer: 'https://id.example.com',
  authorizationEndpoint: 'https://id.example.com/authorize',
  tokenEndpoint: 'https://id.example.com/token',
  apiBase: 'https://api.example.com/v1/',
  identify: async (_answer, call) => (await call('/me')).json as never,
}
const options = { clientId: 'app', clientSecret: 'hush', scopes: ['openid', 'openid', 'calendar'] }

describe('a provider of your own', () => {
  test('has the standard’s defaults', () => {
    const client = defineProvider(minimal)(options)
    const { identify: _, meaning: __, tokenErrorMeaning, requestHeaders, ...provider } = client.provider
    assert.deepEqual(requestHeaders('/x'), {})
    assert.equal(tokenErrorMeaning({ status: 400, error: 'invalid_grant', description: null }), null)
    assert.deepEqual(provider, {
      name: 'own',
      title: 'own',
      issuer: 'https://id.example.com',
      issuerInCallback: false,
      authorizationEndpoint: 'https://id.example.com/authorize',
      tokenEndpoint: 'https://id.example.com/token',
      revocation: null,
      apiBase: 'https://api.example.com/v1',
      clientAuthentication: 'client_secret_basic',
      pkce: { confidential: true, public: true },
      authorizationParameters: {},
      accessTokenLifetime: 3600,
      refreshTokenLifetime: null,
      refreshEndsSiblings: false,
      tokenRequestsPerMinute: 8,
      scopes: null,
      accountScopes: [],
      samples: [],
      paging: null,
      rate: null,
      webhooks: null,
      scheduling: null,
    })
    assert.equal(client.id, 'own')
    assert.deepEqual(client.scopes, ['openid', 'calendar'])
    assert.deepEqual(defineProvider(minimal)({ clientId: 'app', scopes: [] }).scopes, [])
  })

  test('is copied, so a later change to the definition changes nothing', () => {
    const authorizationParameters = { prompt: 'consent' }
    const revocation = { endpoint: 'https://id.example.com/revoke' }
    const accountScopes = ['profile']
    const definition = { ...minimal, authorizationParameters, revocation, accountScopes }
    const { provider } = defineProvider(definition)(options)
    accountScopes.push('admin')
    assert.deepEqual(provider.accountScopes, ['profile'])
    Object.assign(authorizationParameters, { prompt: 'none' })
    Object.assign(revocation, { endpoint: 'https://evil.example.com' })
    assert.deepEqual(provider.authorizationParameters, { prompt: 'consent' })
    assert.deepEqual(provider.revocation, {
      endpoint: 'https://id.example.com/revoke',
      clientAuthentication: 'client_secret_basic',
      typeHint: true,
    })
    assert.ok(Object.isFrozen(provider.authorizationParameters) && Object.isFrozen(provider.revocation))
  })

  test('is refused if the account that it returns is wrong', async () => {
    const { provider } = defineProvider({ ...minimal, title: 'Own' })(options)
    const token = { accessToken: secret('t'), refreshToken: null, expiresInMs: null, scopes: null, extra: {} }
    const finding = (json: unknown) =>
      provider.identify(token, async () => ({ status: 200, headers: new Headers(), json }))
    assert.deepEqual(await finding({ id: '7', name: 'Ann', more: 1 }), {
      id: '7',
      name: 'Ann',
      email: null,
      timeZone: null,
    })
    for (const json of [null, {}, { id: 7 }, { id: '' }])
      await assert.rejects(finding(json), /^PunctualError: Own does not say whose account/)
  })

  test('reads a refusal by RFC 6750, unless its definition differs', () => {
    const { provider } = defineProvider(minimal)(options)
    const meaning = (status: number, challenge?: string) =>
      provider.meaning({ status, headers: new Headers(challenge ? { 'www-authenticate': challenge } : {}), json: null })
    assert.deepEqual(meaning(401), { kind: 'token_ended' })
    assert.deepEqual(meaning(401, 'Bearer error="insufficient_scope"'), { kind: 'token_ended' })
    assert.deepEqual(meaning(403), { kind: 'other' })
    assert.deepEqual(meaning(403, 'Bearer error="invalid_token", scope="a"'), { kind: 'other' })
    assert.deepEqual(meaning(403, 'Bearer x_error="insufficient_scope"'), { kind: 'other' })
    const missing = { kind: 'insufficient_scope', scopes: ['a', 'b:c'] }
    assert.deepEqual(meaning(403, 'Bearer realm="x", error="insufficient_scope", scope="a b:c"'), missing)
    assert.deepEqual(meaning(403, 'Bearer scope="a b:c",error=insufficient_scope'), missing)
    assert.deepEqual(meaning(403, 'Bearer error="insufficient_scope"'), { kind: 'insufficient_scope', scopes: [] })
    assert.deepEqual(meaning(404, 'Bearer error="insufficient_scope"'), { kind: 'other' })
    const own = defineProvider({ ...minimal, meaning: () => ({ kind: 'token_ended' }) })(options)
    assert.deepEqual(own.provider.meaning({ status: 418, headers: new Headers(), json: null }), { kind: 'token_ended' })
  })

  test('defines what its token errors mean, by code or by a function', () => {
    const meaningOf = (tokenErrors: ProviderDefinition['tokenErrors'] & {}, error: string | null, status = 400) =>
      defineProvider({ ...minimal, tokenErrors })(options).provider.tokenErrorMeaning({
        ...{ status, error, description: null },
      })
    const byCode = { bad_refresh_token: 'grant', app_disabled: 'client', busy: 'away' } as const
    const errors = ['bad_refresh_token', 'app_disabled', 'busy', 'invalid_grant', 'constructor', null]
    assert.deepEqual(
      errors.map((error) => meaningOf(byCode, error)),
      ['grant', 'client', 'away', null, null, null],
    )
    assert.equal(
      meaningOf(({ status }) => (status === 401 ? 'grant' : null), null, 401),
      'grant',
    )
    const wrongOnes = [() => undefined, () => 'over' as never, () => assert.fail('of its own')]
    for (const wrong of wrongOnes) assert.equal(meaningOf(wrong, 'busy'), null)
  })

  const all: [Record<string, unknown>, RegExp][] = [
    [{ name: 'My Provider' }, /: name /],
    [{ title: '' }, /: title /],
    [{ issuer: 'id.example.com' }, /: issuer /],
    [{ issuer: 'https://id.example.com?x' }, /: issuer /],
    [{ authorizationEndpoint: 'http://id.example.com/authorize' }, /: authorizationEndpoint .*must be https/],
    [{ authorizationEndpoint: undefined }, /: authorizationEndpoint /],
    [{ tokenEndpoint: 'https://id.example.com/token#x' }, /: tokenEndpoint .*fragment/],
    [{ apiBase: 'https://api.example.com/?v=1' }, /: apiBase .*query/],
    [{ revocation: 'https://id.example.com/revoke' }, /: revocation .*must be an object/],
    [{ revocation: { endpoint: 'x' } }, /: revocation\.endpoint /],
    [{ revocation: { endpoint: 'https://id.example.com/', hint: true } }, /: revocation\.hint /],
    [{ revocation: { endpoint: 'https://id.example.com/', typeHint: 1 } }, /: revocation\.typeHint /],
    [{ clientAuthentication: 'private_key_jwt' }, /: clientAuthentication must be "client_secret_basic", /],
    [{ pkce: { public: 'yes' } }, /: pkce\.public /],
    [{ pkce: { confidental: false } }, /: pkce\.confidental /],
    [{ authorizationParameters: { state: 'x' } }, /: authorizationParameters\.state /],
    [{ authorizationParameters: { prompt: 1 } }, /: authorizationParameters\.prompt /],
    [{ accessTokenLifetime: 0 }, /: accessTokenLifetime /],
    [{ accessTokenLifetime: '3600' }, /: accessTokenLifetime /],
    [{ refreshTokenLifetime: -1 }, /: refreshTokenLifetime /],
    [{ refreshEndsSiblings: 'no' }, /: refreshEndsSiblings /],
    [{ tokenRequestsPerMinute: Number.NaN }, /: tokenRequestsPerMinute /],
    [{ tokenErrors: 'grant' }, /: tokenErrors .*object by error code/],
    [{ tokenErrors: { expired: 'over' } }, /: tokenErrors\.expired .*"grant", "client" or "away"/],
    [{ samples: {} }, /: samples /],
    [{ samples: [{ title: 'Me', path: '/me' }] }, /: samples\[0\]\.path must be a function/],
    [{ samples: [{ title: '', path: () => '/me' }] }, /: samples\[0\]\.title /],
    [{ identify: undefined }, /: identify /],
    [{ meaning: 'x' }, /: meaning /],
    [{ paging: 'x' }, /: paging .*function/],
    [{ requestHeaders: {} }, /: requestHeaders .*function/],
    [{ rate: {} }, /: rate\.read .*function/],
    [{ rate: { read: () => null, block: -1 } }, /: rate\.block /],
    [{ rate: { read: () => null, window: 60 } }, /: rate\.window /],
    [
      { rate: { read: () => null, special: [{ method: 'POST', path: '/x' }] } },
      /: rate\.special\[0\]\.spans must be a list/,
    ],
    [{ tokenURL: 'x' }, /: tokenURL is not an option/],
  ]
  for (const [changes, sentence] of all) {
    test(`refuses a wrong fact with a sentence that names it: ${inspect(changes)}`, () => {
      const error = refused(() => defineProvider({ ...minimal, ...changes } as never), sentence)
      assert.match(error.message, /^defineProvider: /)
    })
  }

  test('refuses a client id with a colon if Basic credentials are sent raw', () => {
    const raw = defineProvider({ ...minimal, clientAuthentication: 'client_secret_basic_raw' })
    refused(() => raw({ ...options, clientId: 'a:b' }), /^own: clientId must not have a ":"/)
    assert.equal(defineProvider(minimal)({ ...options, clientId: 'a:b' }).clientId, 'a:b')
  })
})
