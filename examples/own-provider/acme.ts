// Your own provider: its facts, once, in one place. Use the result exactly like `calendly({...})`.

import type { Client } from 'punctual'
import { type ClientOptions, defineProvider } from 'punctual/providers'

/** A client of Acme at `url`. Without `clientSecret` it is a public client. */
export function acme({ url, ...options }: ClientOptions & { readonly url: string }): Client {
  return defineProvider({
    name: 'acme',
    title: 'Acme',
    issuer: url,
    authorizationEndpoint: `${url}/auth`,
    tokenEndpoint: `${url}/token`,
    revocation: { endpoint: `${url}/token/revocation` },
    apiBase: url,
    // OpenID Connect gives a refresh token for "offline_access", and only if the person is asked for consent.
    authorizationParameters: { prompt: 'consent' },
    refreshTokenLifetime: 14 * 86_400,
    async identify(_answer, call) {
      const { status, json } = await call('/me')
      if (status !== 200) throw new Error(`GET /me answered ${status}`)
      const { sub, name, email, zoneinfo } = json as Record<string, string | undefined>
      return { id: sub ?? '', name: name ?? null, email: email ?? null, timeZone: zoneinfo ?? null }
    },
  })(options)
}

export const acmeScopes: readonly string[] = ['openid', 'profile', 'email', 'offline_access', 'appointments:read']
