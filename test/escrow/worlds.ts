// Where the accounts of a restored day are: at the sandbox, or at a provider of this file that is fast enough for ten
// thousand. Both take a refresh token once.

import type { TestContext } from 'node:test'
import { createPunctual, type Fetch, type Punctual, type PunctualOptions } from '../../src/index.ts'
import { defineProvider } from '../../src/providers/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { cookieOf, hostBeside, locationOf } from '../support/host.ts'
import { baseUrl, testKey } from '../support/settings.ts'
import { virtualClock } from '../support/virtual-clock.ts'

export interface World {
  /** The way to the provider. */
  readonly fetch: Fetch
  /** A process. */
  start(options: Pick<PunctualOptions, 'store'> & Partial<PunctualOptions>): Punctual
  /** How many accounts can be connected at the same time. */
  readonly atOnce: number
  /** Connects that account to an owner of its own. Returns the connection's id. */
  connect(through: Punctual, account: number): Promise<string>
  /** The person takes the access away. */
  revoke(account: number): void
  advance(hours: number): void
}

export async function sandboxWorld(t: TestContext, people: number): Promise<World> {
  const emailOf = (index: number) => `person${index}@example.com`
  const accounts = Array.from({ length: people }, (_, index) => ({
    provider: 'calcom' as const,
    id: String(10_000 + index),
    name: `Person ${index}`,
    email: emailOf(index),
    username: `person${index}`,
    timeZone: 'Europe/London',
    eventTypes: 0,
  }))
  const sandbox = await createSandbox({
    accounts,
    listen: false,
    url: 'https://sandbox.test',
    // Of one address: all requests come from here.
    switches: { calcomAnonymousPerMinute: null },
  })
  t.after(() => sandbox.close())
  const fetch: Fetch = (input, init) => sandbox.handler(new Request(input, init))
  const host = hostBeside(t, sandbox, { fetch })
  return {
    fetch,
    atOnce: 1,
    start: (options) => host.another(options),
    async connect(through, index) {
      const account = emailOf(index)
      host.person = account
      return (await host.connect('calcom', { account, owner: account, through })).id
    },
    revoke: (index) => void sandbox.revoke({ provider: 'calcom', account: emailOf(index) }),
    advance: (hours) => sandbox.clock.advance(hours * 3600),
  }
}

const origin = 'https://auth.fast.example'
const fast = defineProvider({
  name: 'fast',
  issuer: origin,
  authorizationEndpoint: `${origin}/authorize`,
  tokenEndpoint: `${origin}/token`,
  apiBase: `${origin}/api`,
  clientAuthentication: 'client_secret_post',
  identify: async ({ accessToken }) => {
    const id = accessToken.reveal().split('-')[1] ?? ''
    return { id, name: `Person ${id}`, email: null, timeZone: null }
  },
})

/** A token that was used before ends all tokens of its account, as a provider does that takes it for a theft. */
export function fastWorld(t: TestContext): World {
  // It runs on: a store takes what lies a whole lifetime ahead of its clock for the work of a wrong one.
  let aheadMs = 0
  let issued = 0
  const current = new Map<string, string>()

  const fetch: Fetch = async (_, init) => {
    const form = new URLSearchParams(String(init?.body))
    const [, account = ''] = (form.get('refresh_token') ?? form.get('code') ?? '').split('-')
    const isRefresh = form.get('grant_type') === 'refresh_token'
    if (isRefresh && current.get(account) !== form.get('refresh_token')) {
      current.delete(account)
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    }
    const number = ++issued
    current.set(account, `rt-${account}-${number}`)
    const tokens = { access_token: `at-${account}-${number}`, refresh_token: `rt-${account}-${number}` }
    return Response.json({ ...tokens, token_type: 'bearer', expires_in: 7200 })
  }

  const clients = [fast({ id: 'fast', clientId: 'client', clientSecret: 'secret', scopes: ['read'] })]
  const clock = virtualClock(() => Date.now() + aheadMs)
  return {
    fetch,
    atOnce: 64,
    start(options) {
      const punctual = createPunctual({
        ...{ baseUrl, keys: [testKey], clients, clock, fetch, journal: null },
        currentOwner: (request) => request.headers.get('x-owner'),
        ...options,
      })
      punctual.on(() => {})()
      t.after(() => punctual.stop())
      return punctual
    },
    async connect(through, account) {
      const owner = `owner ${account}`
      const { url, headers } = await through.begin({ client: 'fast', owner, returnTo: '/done' })
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', `code-${account}`)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      const visit = () =>
        through.handler(new Request(back, { headers: { cookie: cookieOf(headers), 'x-owner': owner } }))
      let response = await visit()
      // On a busy machine it may take longer than a browser waits: the person loads the page again.
      while (response.status === 503) response = await visit()
      return locationOf(response).searchParams.get('connection') ?? ''
    },
    revoke: (account) => void current.delete(String(account)),
    advance(hours) {
      aheadMs += hours * 3_600_000
    },
  }
}
