// Many grants that are due, in a store, and the token endpoint that refreshes them. It runs in this process, and notes how
// often each refresh token is presented.

import { systemRandom } from '../../src/core/clock.ts'
import { grantId } from '../../src/core/grant.ts'
import type { Fetch } from '../../src/core/http.ts'
import { secret } from '../../src/core/secret.ts'
import type { Store } from '../../src/core/store/store.ts'
import { type Client, createPunctual, type Punctual, type PunctualOptions } from '../../src/index.ts'
import { defineProvider } from '../../src/providers/index.ts'
import { serializeTokens } from '../../src/records/grants.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { connect } from '../store/fixtures.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { baseUrl, testKey } from './settings.ts'

export interface DueGrants {
  readonly clock: ManualClock
  /** What the token endpoint waits for before it answers a client's request; resolved unless a test says otherwise. */
  before: (client: string) => Promise<void>
  /** The status of the answer; with any other than 200 nothing is issued. */
  status: number
  /** How often each refresh token was presented. */
  readonly presented: ReadonlyMap<string, number>
  /** Requests of that client: all of them, those under way, and the most that were under way at once. */
  requests(client: string): { readonly all: number; readonly underWay: number; readonly most: number }
  /** A process. */
  start(options?: Partial<PunctualOptions>): Punctual
  /** Resolves once so many of that client's grants have been refreshed. */
  refreshed(client: string, count: number): Promise<void>
}

const origin = 'https://auth.many.example'
const many = defineProvider({
  name: 'many',
  issuer: origin,
  authorizationEndpoint: `${origin}/authorize`,
  tokenEndpoint: `${origin}/token`,
  apiBase: `${origin}/api`,
  clientAuthentication: 'client_secret_post',
  identify: async () => ({ id: 'nobody', name: null, email: null, timeZone: null }),
})

/** Seeds the grants, by client. All of them are due. */
export async function startDueGrants(store: Store, counts: Readonly<Record<string, number>>): Promise<DueGrants> {
  const clock = manualClock()
  await store.open(clock)
  for (const [client, count] of Object.entries(counts)) await seed(store, client, count)
  const clients = Object.keys(counts).map(clientOf)
  const presented = new Map<string, number>()
  const requests = new Map(Object.keys(counts).map((client) => [client, { all: 0, underWay: 0, most: 0 }]))
  const refreshed = new Map<string, { count: number; readonly waiting: Map<number, () => void> }>(
    Object.keys(counts).map((client) => [client, { count: 0, waiting: new Map() }]),
  )

  const fetch: Fetch = async (_, init) => {
    const form = new URLSearchParams(String(init?.body))
    const token = form.get('refresh_token') ?? ''
    const client = form.get('client_id') ?? ''
    presented.set(token, (presented.get(token) ?? 0) + 1)
    const seen = requests.get(client) ?? { all: 0, underWay: 0, most: 0 }
    seen.all++
    seen.most = Math.max(seen.most, ++seen.underWay)
    await grants.before(client)
    seen.underWay--
    if (grants.status !== 200) return new Response('', { status: grants.status })
    const tokens = { access_token: `a-${token}`, refresh_token: `${token}'`, token_type: 'bearer', expires_in: 7200 }
    return Response.json(tokens)
  }

  const grants: DueGrants = {
    clock,
    before: () => Promise.resolve(),
    status: 200,
    presented,
    requests: (client) => requests.get(client) ?? { all: 0, underWay: 0, most: 0 },
    start(options = {}) {
      const punctual = createPunctual({
        ...{ baseUrl, keys: [testKey], store, clients, clock, fetch, journal: null, keepWarm: 'always' },
        ...options,
      })
      punctual.on((event) => {
        if (event.type !== 'connection.renewed') return
        const of = refreshed.get(event.client)
        if (of) of.waiting.get(++of.count)?.()
      })
      punctual.start()
      return punctual
    },
    refreshed: (client, count) =>
      new Promise((resolve) => {
        const of = refreshed.get(client)
        if (!of || of.count >= count) resolve()
        else of.waiting.set(count, resolve)
      }),
  }
  return grants
}

/** Resolves when everything in this process that waits for nothing outside of it has come to rest. */
export async function atRest(): Promise<void> {
  for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve))
}

function clientOf(id: string): Client {
  return many({ id, clientId: id, clientSecret: 'secret', scopes: ['read'] })
}

async function seed(store: Store, client: string, count: number): Promise<void> {
  const vault = createVault(createKeyring([testKey]), systemRandom)
  for (let index = 0; index < count; index++) {
    const account = `${client}-${index}`
    const id = grantId(client, account)
    const set = { accessToken: secret(`a-${account}`), refreshToken: secret(account) }
    const tokens = vault.seal({ table: 'grants', row: id, column: 'tokens' }, serializeTokens(set))
    const grant = { tokens, refreshInMs: 0, dueInMs: 0 }
    await connect(store, { client, account, connection: `c-${account}`, grant })
  }
}
