// Better Auth as published on npm, in front of the sandbox: its generic OAuth plugin signs in and refreshes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSandbox } from '../../src/sandbox/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: the package is installed beside these files alone
type Any = any

const load = (name: string): Promise<Any> => import(import.meta.resolve(name))

const origin = 'http://localhost:3000'

for (const provider of ['calendly', 'calcom'] as const) {
  test(`Better Auth signs in with ${provider} and refreshes the token`, async () => {
    await using sandbox = await createSandbox()
    const [{ betterAuth }, { memoryAdapter }, { genericOAuth }] = await Promise.all([
      load('better-auth'),
      load('better-auth/adapters/memory'),
      load('better-auth/plugins'),
    ])
    const isCalendly = provider === 'calendly'
    const { hosts, clientId, clientSecret } = sandbox[provider]
    const urls =
      'auth' in hosts
        ? { authorizationUrl: `${hosts.auth}/oauth/authorize`, tokenUrl: `${hosts.auth}/oauth/token` }
        : { authorizationUrl: `${hosts.app}/auth/oauth2/authorize`, tokenUrl: `${hosts.api}/v2/auth/oauth2/token` }
    const meUrl = `${hosts.api}${isCalendly ? '/users/me' : '/v2/me'}`
    const me = async (token: string): Promise<Any> =>
      (await fetch(meUrl, { headers: { authorization: `Bearer ${token}` } })).json()
    const config = {
      ...{ providerId: provider, clientId, clientSecret, ...urls },
      scopes: [isCalendly ? 'users:read' : 'PROFILE_READ'],
      // Cal.com takes a secret or a verifier, not both.
      pkce: isCalendly,
      authentication: 'post',
      async getUserInfo({ accessToken }: Any) {
        const answer = await me(accessToken)
        const { uri, id, name, email } = answer.resource ?? answer.data
        return { id: String(uri ?? id), name, email, emailVerified: true }
      },
    }
    const auth = betterAuth({
      ...{ baseURL: origin, secret: 'a secret of the host application', telemetry: { enabled: false } },
      database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
      plugins: [genericOAuth({ config: [config] })],
    })
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      auth.handler(
        new Request(`${origin}/api/auth${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin, ...headers },
          body: JSON.stringify(body),
        }),
      ) as Promise<Response>
    const cookiesOf = (answer: Response) =>
      answer.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; ')

    const begun = await post('/sign-in/social', { provider, callbackURL: '/' })
    const { url } = (await begun.json()) as { url: string }
    const back = await sandbox.authorize({ url, account: 'ben' })
    const finished: Response = await auth.handler(new Request(back, { headers: { cookie: cookiesOf(begun) } }))
    assert.equal(finished.status, 302)
    assert.match(finished.headers.get('location') ?? '', /^(http:\/\/localhost:3000)?\/$/)
    const cookie = cookiesOf(finished)
    const session = await auth.api.getSession({ headers: new Headers({ cookie }) })
    assert.equal(session.user.name, 'Ben Carter')

    const [{ id: accountId }] = await auth.api.listUserAccounts({ headers: new Headers({ cookie }) })
    const held = (await (await post('/get-access-token', { accountId }, { cookie })).json()) as Any
    assert.match(JSON.stringify(await me(held.accessToken)), /"Ben Carter"/)
    sandbox.clock.advance(3 * 3600)
    const refreshed = (await (await post('/refresh-token', { accountId }, { cookie })).json()) as Any
    assert.notEqual(refreshed.accessToken, held.accessToken)
    assert.match(JSON.stringify(await me(refreshed.accessToken)), /"Ben Carter"/)
  })
}
