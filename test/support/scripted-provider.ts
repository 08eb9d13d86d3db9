// A provider whose token endpoint gives the response that the test sets. It runs in this process: nothing is sent over the
// network, and only the test's clock counts.

import type { TestContext } from 'node:test'
import type { Fetch } from '../../src/core/http.ts'
import type { Store } from '../../src/core/store/store.ts'
import { type Connection, createPunctual, type Punctual } from '../../src/index.ts'
import { defineProvider, type ProviderDefinition } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { cookieOf, locationOf } from './host.ts'
import { type IdleClock, idleClock } from './idle-clock.ts'
import { baseUrl, testKey } from './settings.ts'

/** A request to the token endpoint. */
export interface ScriptedTokenRequest {
  readonly who: string
  readonly isRefresh: boolean
  readonly authorization: string | null
}

export interface ScriptedTokenResponse {
  readonly status: number
  /** An object is sent as JSON. */
  readonly body: string | object
  readonly type?: string
}

export interface ScriptedHost {
  readonly clock: IdleClock
  readonly store: Store
  readonly punctual: Punctual
  /** Every refresh that was requested. */
  readonly refreshes: string[]
  /** The response of the token endpoint; `null`: new tokens. */
  answer: (asked: ScriptedTokenRequest) => ScriptedTokenResponse | null
  /** Merged into the tokens that are issued. */
  issue: object
  /** The account's facts at the provider, beside its id. */
  readonly profile: Record<string, string>
  /** The response of the API; `null`: the account's facts. */
  api: (request: Request) => Response | Promise<Response> | null
  advance(seconds: number): void
  /** One more process on the same store, optionally with another secret, or with a client of another id. */
  another(options?: { clientSecret?: string; id?: string }): Punctual
  /** Connects up to the host application's address, with the outcome in its query. */
  travel(who: string): Promise<URL>
  connect(who: string): Promise<Connection>
}

const origin = 'https://auth.scripted.example'

/** Starts the host and its provider; both end with the test. */
export function startScripted(
  t: Pick<TestContext, 'after'>,
  definition: Partial<ProviderDefinition> = {},
  scopes: readonly string[] = ['read', 'write'],
): ScriptedHost {
  let now = Date.UTC(2030, 0, 1)
  const time = {
    now: () => now,
    advance(seconds: number): void {
      now += seconds * 1000
    },
  }
  const store = memory()
  const scripted = defineProvider({
    name: 'scripted',
    issuer: origin,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    apiBase: `${origin}/api`,
    clientAuthentication: 'client_secret_post',
    async identify(_answer, call) {
      const { sub, name = null } = (await call('/me')).json as { sub: string; name?: string }
      return { id: sub, name, email: null, timeZone: null }
    },
    ...definition,
  })
  const options = { clientId: 'app', scopes }
  const fetching = scriptedFetch(() => host)

  function another({ clientSecret = 'secret', id = 'scripted' } = {}): Punctual {
    const punctual = createPunctual({
      baseUrl,
      keys: [testKey],
      store,
      journal: null,
      clock,
      fetch: fetching,
      clients: [scripted({ ...options, clientSecret, id })],
      currentOwner: () => 'ada',
    })
    t.after(() => punctual.stop())
    return punctual
  }

  const clock = idleClock(time)
  const host: ScriptedHost = {
    clock,
    store,
    punctual: another(),
    refreshes: [],
    answer: () => null,
    issue: {},
    profile: {},
    api: () => null,
    advance: time.advance,
    another,
    async travel(who) {
      const { url, headers } = await host.punctual.begin({ client: 'scripted', owner: 'ada', returnTo: '/done' })
      const callback = `${baseUrl}/callback/scripted?code=${who}&state=${url.searchParams.get('state')}`
      const request = new Request(callback, { headers: { cookie: cookieOf(headers) } })
      return locationOf(await host.punctual.handler(request))
    },
    async connect(who) {
      const back = await host.travel(who)
      return host.punctual.connections.get(back.searchParams.get('connection') ?? String(back))
    },
  }
  return host
}

/** Returns the `fetch` that reaches the scripted provider. */
function scriptedFetch(hostOf: () => ScriptedHost): Fetch {
  let issued = 0
  return async (input, init) => {
    const host = hostOf()
    const authorization = new Headers(init?.headers).get('authorization')
    if (!String(input).endsWith('/token')) {
      const told = host.api(new Request(input, init))
      if (told) return told
      const sub = authorization?.replace(/^Bearer (\w+)-.*$/, '$1') ?? ''
      return Response.json({ sub, ...host.profile })
    }
    const form = new URLSearchParams(String(init?.body))
    const isRefresh = form.get('grant_type') === 'refresh_token'
    const [who = ''] = (form.get('refresh_token') ?? form.get('code') ?? '').split('.')
    if (isRefresh) host.refreshes.push(who)
    const response = host.answer({ who, isRefresh, authorization: form.get('client_secret') })
    if (response) {
      const body = typeof response.body === 'string' ? response.body : JSON.stringify(response.body)
      return new Response(body, {
        status: response.status,
        headers: { 'content-type': response.type ?? 'application/json' },
      })
    }
    issued++
    const tokens = { access_token: `${who}-${issued}`, refresh_token: `${who}.${issued}`, token_type: 'bearer' }
    return Response.json({ ...tokens, expires_in: 3600, ...host.issue })
  }
}
