// Stands in for Acme itself: an authorization server (oidc-provider, with its pages for development) and a small API
// that accepts its access tokens.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Configuration, Provider } from 'oidc-provider'

export interface Acme {
  readonly url: string
  readonly provider: Provider
  close(): Promise<void>
}

export interface AcmeOptions {
  readonly port: number
  /** The redirect addresses of its clients. */
  readonly redirectUris: readonly string[]
  /** More settings of oidc-provider. */
  readonly settings?: Configuration
}

/** Its clients: one with a secret, one without. */
export const confidential = { clientId: 'scheduling-app', clientSecret: '100% secret + odd: characters' } as const
export const publicOne = { clientId: 'scheduling-app-public' } as const
const api = { client_id: 'acme-api', client_secret: 'another secret' }

export async function startAcme({ port, redirectUris, settings }: AcmeOptions): Promise<Acme> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ofEach = { redirect_uris: [...redirectUris], grant_types: ['authorization_code', 'refresh_token'] }
  const provider = new Provider(url, {
    clients: [
      { ...ofEach, client_id: confidential.clientId, client_secret: confidential.clientSecret },
      { ...ofEach, client_id: publicOne.clientId, token_endpoint_auth_method: 'none' },
      { ...api, redirect_uris: [], grant_types: [], response_types: [] },
    ],
    scopes: ['openid', 'offline_access', 'appointments:read'],
    claims: { openid: ['sub'], profile: ['name', 'zoneinfo'], email: ['email'] },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} at Acme`, email: `${id}@acme.example`, zoneinfo: 'Europe/Lisbon' }),
    }),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    features: { introspection: { enabled: true }, revocation: { enabled: true } },
    cookies: { keys: ['signs the cookies of these pages'] },
    ...settings,
  })
  const authorizationServer = provider.callback()
  server.on('request', (req, res) => (req.url?.startsWith('/api/') ? answer(req, res) : authorizationServer(req, res)))

  /** The API: `GET /api/appointments` of the person whose token it is. */
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? ''
    const body = new URLSearchParams({ token })
    const introspected = await fetch(`${url}/token/introspection`, { method: 'POST', headers: authorization, body })
    const { active, sub, scope = '' } = (await introspected.json()) as { active: boolean; sub?: string; scope?: string }
    if (!active) return res.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
    const needed = 'appointments:read'
    if (!scope.split(' ').includes(needed))
      return res.writeHead(403, { 'www-authenticate': `Bearer error="insufficient_scope", scope="${needed}"` }).end()
    res.setHeader('content-type', 'application/json')
    return res.end(
      JSON.stringify({ of: sub, appointments: [{ title: 'Tooth check', starts: '2027-03-01T09:00:00Z' }] }),
    )
  }

  return {
    url,
    provider,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const authorization = {
  authorization: `Basic ${btoa(`${api.client_id}:${encodeURIComponent(api.client_secret).replaceAll('%20', '+')}`)}`,
}
