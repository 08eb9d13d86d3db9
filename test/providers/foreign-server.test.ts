// A provider of your own on a server that we did not write: oidc-provider, over real HTTP. A client with a secret and one
// without exchange a code with PKCE, refresh, and revoke.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { Provider } from 'oidc-provider'
import { systemClock } from '../../src/core/clock.ts'
import type { Client } from '../../src/core/provider.ts'
import { secret } from '../../src/core/secret.ts'
import { authorizationUrl } from '../../src/oauth/authorize.ts'
import { exchange } from '../../src/oauth/exchange.ts'
import { refresh } from '../../src/oauth/refresh.ts'
import { revoke } from '../../src/oauth/revoke.ts'
import { defineProvider } from '../../src/providers/index.ts'

const redirectUri = 'https://app.example.com/callback/stranger'
const verifier = 'v'.repeat(43)
const clientSecret = 'a-secret: with %, + and /'
const scope = 'openid offline_access'
const parts = { fetch, clock: systemClock }
const deadlineMs = 20_000

async function strangerFor(
  t: TestContext,
  options: { clientId: string; clientSecret?: string },
): Promise<{ client: Client; code: string }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const common = {
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code' as const],
  }
  const stranger = new Provider(issuer, {
    clients: [
      {
        ...common,
        client_id: 'a_client-1',
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_basic',
      },
      {
        ...common,
        client_id: 'native',
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        redirect_uris: [redirectUri],
      },
    ],
    features: { revocation: { enabled: true, allowedPolicy: () => true }, devInteractions: { enabled: false } },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    rotateRefreshToken: true,
    ttl: { AccessToken: 77 },
  })
  server.on('request', stranger.callback())
  const client = defineProvider({
    name: 'stranger',
    issuer,
    authorizationEndpoint: `${issuer}/auth`,
    tokenEndpoint: `${issuer}/token`,
    revocation: { endpoint: `${issuer}/token/revocation` },
    apiBase: issuer,
    identify: async () => ({ id: '1', name: null, email: null, timeZone: null }),
  })({ ...options, scopes: scope.split(' ') })

  return { client, code: await authorizationCodeFor(client, stranger) }
}

/** The code that the server's consent page would issue for our authorization URL. */
async function authorizationCodeFor(client: Client, stranger: Provider): Promise<string> {
  const { searchParams } = authorizationUrl(client, {
    redirectUri,
    state: 's',
    scopes: client.scopes,
    codeVerifier: verifier,
  })
  assert.equal(searchParams.get('code_challenge'), createHash('sha256').update(verifier).digest('base64url'))
  const found = await stranger.Client.find(client.clientId)
  assert.ok(found)
  const grant = new stranger.Grant({ accountId: 'ann', clientId: client.clientId })
  grant.addOIDCScope(scope)
  const code = new stranger.AuthorizationCode({
    accountId: 'ann',
    client: found,
    grantId: await grant.save(),
    redirectUri,
    scope,
    codeChallenge: String(searchParams.get('code_challenge')),
    codeChallengeMethod: String(searchParams.get('code_challenge_method')),
    gty: 'authorization_code',
  } as never)
  return code.save()
}

describe('a foreign authorization server', () => {
  for (const options of [{ clientId: 'a_client-1', clientSecret }, { clientId: 'native' }]) {
    test(`serves the client ${options.clientId}`, async (t) => {
      const { client, code } = await strangerFor(t, options)
      const redeem = () =>
        exchange(parts, client, { redirectUri, code: secret(code), codeVerifier: secret(verifier), deadlineMs })
      const issued = await redeem()
      assert.ok(issued.kind === 'issued', JSON.stringify(issued))
      assert.equal(issued.answer.expiresInMs, 77_000)
      assert.deepEqual(issued.answer.scopes, ['openid', 'offline_access'])
      assert.deepEqual(issued.answer.extra, {})
      assert.ok(issued.answer.refreshToken)

      const { refreshToken } = issued.answer
      const refreshed = await refresh(parts, client, { refreshToken, deadlineMs })
      assert.ok(refreshed.kind === 'issued', JSON.stringify(refreshed))
      assert.ok(refreshed.answer.refreshToken)
      assert.notEqual(refreshed.answer.refreshToken.reveal(), refreshToken.reveal())

      const token = refreshed.answer.refreshToken
      assert.deepEqual(await revoke(parts, client, { token, hint: 'refresh_token' }), { revoked: true })
      const ended = await refresh(parts, client, { refreshToken: token, deadlineMs })
      assert.ok(ended.kind === 'refused', JSON.stringify(ended))
      assert.deepEqual([ended.error, ended.status], ['invalid_grant', 400])
    })
  }

  test('refuses a wrong secret as a fault of the client, not of the grant', async (t) => {
    const { client, code } = await strangerFor(t, { clientId: 'a_client-1', clientSecret: 'another' })
    const refused = await exchange(parts, client, {
      redirectUri,
      code: secret(code),
      codeVerifier: secret(verifier),
      deadlineMs,
    })
    assert.ok(refused.kind === 'refused', JSON.stringify(refused))
    assert.deepEqual([refused.error, refused.status], ['invalid_client', 401])
  })
})
