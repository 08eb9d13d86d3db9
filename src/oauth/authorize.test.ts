import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorizationUrl } from './authorize.ts'
import { clientAt } from './real-server.test.ts'

const request = {
  redirectUri: 'https://app.example.com/callback/example',
  state: 's t&x',
  scopes: ['a:read', 'b'],
  codeVerifier: null,
}

describe('the authorization URL', () => {
  test('has exactly the parameters of the code flow', () => {
    const url = authorizationUrl(clientAt('https://auth.example.com/tenant'), request)
    assert.equal(url.origin + url.pathname, 'https://auth.example.com/tenant/authorize')
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      client_id: 'client_id-1',
      response_type: 'code',
      redirect_uri: request.redirectUri,
      scope: 'a:read b',
      state: 's t&x',
    })
  })

  test('has no scope when none is requested', () => {
    const url = authorizationUrl(clientAt('https://auth.example.com'), { ...request, scopes: [] })
    assert.equal(url.searchParams.has('scope'), false)
  })

  test('carries the S256 challenge of the verifier, and never the verifier', () => {
    // The example of RFC 7636, appendix B.
    const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const url = authorizationUrl(clientAt('https://auth.example.com'), { ...request, codeVerifier })
    assert.equal(url.searchParams.get('code_challenge'), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
    assert.equal(url.searchParams.get('code_challenge_method'), 'S256')
    assert.ok(!url.href.includes(codeVerifier))
  })

  test('has the parameters of the definition, which never replace those of the protocol', () => {
    const names = [
      'client_id',
      'response_type',
      'redirect_uri',
      'state',
      'scope',
      'code_challenge',
      'code_challenge_method',
    ]
    const forged = Object.fromEntries(names.map((name) => [name, 'forged']))
    const client = clientAt('https://auth.example.com', {
      authorizationEndpoint: 'https://auth.example.com/authorize?tenant=1&client_id=forged&client_id=twice',
      authorizationParameters: { prompt: 'login', ...forged },
    })
    const url = authorizationUrl(client, { ...request, scopes: [] })
    assert.ok(!url.href.includes('forged') && !url.href.includes('twice'))
    assert.equal(url.searchParams.get('prompt'), 'login')
    assert.equal(url.searchParams.get('tenant'), '1')
  })
})
