// A host application with its own provider, whose authorization server is foreign code: oidc-provider, on a real port.
// All of them share the process's date, which only the test moves.

import type { TestContext } from 'node:test'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { acme, acmeScopes } from '../../examples/own-provider/acme.ts'
import { confidential, publicOne, startAcme } from '../../examples/own-provider/acme-server.ts'
import { systemClock } from '../../src/core/clock.ts'
import { type Connection, createPunctual, type Punctual, type PunctualOptions } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type Browser, createBrowser } from './browser.ts'
import { baseUrl, cookieOf, locationOf, testKey } from './host.ts'

/** The lifetime of an access token in seconds. */
export const accessTokenLife = 60

/** A request to the token endpoint, with the authorization server's decision. */
export interface TokenRequest {
  readonly grantType: string
  /** How the client authenticated: `client_secret_basic`, `none`, … */
  readonly authentication: string | undefined
  /** `null`: answered with tokens. */
  readonly error: string | null
  /** The refresh token that was presented. */
  readonly presented: string | undefined
}

export interface OwnProvider {
  readonly url: string
  readonly punctual: Punctual
  readonly browser: Browser
  person: string | null
  readonly tokenRequests: TokenRequest[]
  readonly refreshes: () => TokenRequest[]
  /** Whole grants that the authorization server has ended by itself or at a revocation. */
  readonly endedGrants: string[]
  /** Moves the date of all parts. */
  advance(seconds: number): void
  /** One more process on the same store. */
  another(options?: Partial<PunctualOptions>): Punctual
  /** Goes from begin to the callback's address, which is not opened. */
  travel(trip?: Trip): Promise<Trail>
  /** Goes the whole way and returns the connection. */
  connect(trip?: Trip): Promise<Connection>
  /** The account revokes its access on a page of the provider. */
  revokeAccess(account: string): Promise<void>
  /** Presents a token to the API without Punctual. */
  callApi(accessToken: string): Promise<number>
}

export interface Trip {
  readonly account?: string
  readonly scopes?: readonly string[]
  readonly allow?: boolean
}

export interface Trail {
  /** The authorization URL. */
  readonly begun: URL
  readonly callback: URL
  /** Opens the callback, or another address, with the cookies of this browser; resolves with the redirect. */
  finish(callback?: URL): Promise<URL>
}

/** Starts all parts; they end with the test. */
export async function startOwnProvider(
  t: TestContext,
  kind: 'confidential' | 'public',
  options: Partial<PunctualOptions> = {},
): Promise<OwnProvider> {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const day = 86_400
  const ttl = { AccessToken: accessTokenLife, RefreshToken: 14 * day, Grant: 14 * day, Session: day, Interaction: 3600 }
  const redirectUris = [`${baseUrl}/callback/acme`]
  const { url, provider, close } = await startAcme({
    port: 0,
    redirectUris,
    settings: { ttl: { ...ttl, AuthorizationCode: 60, IdToken: 60 } },
  })
  t.after(close)
  const tokenRequests: TokenRequest[] = []
  const endedGrants: string[] = []
  const grants = new Map<string, string>()
  provider.on('grant.success', (ctx) => tokenRequests.push(seen(ctx, null)))
  provider.on('grant.error', (ctx, error) => tokenRequests.push(seen(ctx, error.message)))
  provider.on('grant.revoked', (_ctx, grant) => endedGrants.push(grant))
  provider.on('access_token.saved', ({ grantId = '', accountId }) => grants.set(grantId, accountId))

  const app = kind === 'confidential' ? confidential : publicOne
  const client = acme({ ...app, url, scopes: acmeScopes })
  const store = options.store ?? memory()
  const another = (more: Partial<PunctualOptions> = {}) => {
    const common = { baseUrl, keys: [testKey], store, clients: [client], journal: null, clock }
    const punctual = createPunctual({ ...common, currentOwner: () => own.person, ...options, ...more })
    t.after(() => punctual.stop())
    return punctual
  }
  const browser = createBrowser()
  // The time that passes is not the wall clock's alone: refreshes are spaced by what no clock can be set by.
  let aheadMs = 0
  const clock = { ...systemClock, now: () => Date.now(), monotonic: () => systemClock.monotonic() + aheadMs }

  const own: OwnProvider = {
    url,
    browser,
    person: 'ada',
    tokenRequests,
    refreshes: () => tokenRequests.filter(({ grantType }) => grantType === 'refresh_token'),
    endedGrants,
    advance(seconds) {
      aheadMs += seconds * 1000
      t.mock.timers.setTime(Date.now() + seconds * 1000)
    },
    another,
    travel: (trip) => travel(own, trip),
    punctual: undefined as never,
    async connect(trip = {}) {
      const back = await (await own.travel(trip)).finish()
      const id = back.searchParams.get('connection')
      if (!id) throw new Error(`not connected: ${back.search}`)
      return own.punctual.connections.get(id)
    },
    async revokeAccess(account) {
      for (const [grant, of] of grants) {
        if (of !== account) continue
        await (await provider.Grant.find(grant))?.destroy()
        await Promise.all([provider.AccessToken.revokeByGrantId(grant), provider.RefreshToken.revokeByGrantId(grant)])
      }
    },
    async callApi(accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` }
      return (await fetch(`${url}/api/appointments`, { headers })).status
    },
  }
  return Object.assign(own, { punctual: another() })
}

/** Goes from `begin` to the callback's address with the browser of that application. */
async function travel(
  own: OwnProvider,
  { account = 'ada.l', scopes = acmeScopes, allow = true }: Trip = {},
): Promise<Trail> {
  const { browser } = own
  const { url: begun, headers } = await own.punctual.begin({
    client: 'acme',
    owner: own.person ?? 'nobody',
    returnTo: '/done',
    scopes,
  })
  const atTheHost = (address: URL) => address.href.startsWith(baseUrl)
  let page = await browser.open(begun)
  if (page.text.includes('name="login"')) page = await browser.submit(page, { login: account, password: 'any' })
  page = allow ? await browser.submit(page, {}, atTheHost) : await browser.open(page.link('/abort'), atTheHost)
  const finish = async (callback = page.url) =>
    locationOf(await own.punctual.handler(new Request(callback, { headers: { cookie: cookieOf(headers) } })))
  return { begun, callback: page.url, finish }
}

function seen(ctx: KoaContextWithOIDC, error: string | null): TokenRequest {
  const { client, params } = ctx.oidc
  return {
    grantType: String(params?.grant_type),
    authentication: client?.clientAuthMethod,
    error,
    presented: params?.refresh_token as string | undefined,
  }
}
