// Punctual as an application has it: the built package, its defaults, a client at the bench's provider.

import { type Client, createPunctual, type Punctual, type PunctualOptions } from 'punctual'
import { calendly, defineProvider } from 'punctual/providers'
import { codeOf } from '../provider/tokens.ts'
import { benchKey, webhookKey } from './keys.ts'

export const baseUrl = 'http://localhost:3000/integrations'
export const ownerOf = (account: string): string => `owner of ${account}`
const clientId = 'bench'
const clientSecret = 'the secret of the bench'

/** A client of a provider that is nothing but OAuth: PKCE, the secret in the form, the account from `/me`. */
export function benchClient(url: string, facts: { readonly isGoverned?: boolean } = {}): Client {
  const define = defineProvider({
    name: 'bench',
    issuer: url,
    authorizationEndpoint: `${url}/oauth/authorize`,
    tokenEndpoint: `${url}/oauth/token`,
    apiBase: url,
    clientAuthentication: 'client_secret_post',
    // The bench refreshes one grant more often than any provider would allow.
    tokenRequestsPerMinute: 1_000_000,
    async identify(_answer, call) {
      const { json } = await call('/me')
      const { sub = '', name = null, email = null } = json as Record<string, string>
      return { id: sub, name, email, timeZone: null }
    },
    ...(facts.isGoverned && { rate: { read: readLimits } }),
  })
  return define({ clientId, clientSecret, scopes: ['read'] })
}

function readLimits(headers: Headers): { limit: number; remaining: number; reset: number } {
  const [limit = 0, remaining = 0, reset = 0] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers.get(`x-ratelimit-${name}`)),
  )
  return { limit, remaining, reset }
}

/** A client of Calendly at the bench's provider: for webhooks and typed calls. */
export function calendlyClient(url: string): Client {
  const scopes = ['users:read', 'webhooks:write', 'event_types:read', 'scheduled_events:read']
  return calendly({ clientId, clientSecret, scopes, hosts: { auth: url, api: url }, webhookKeys: [webhookKey] })
}

export type OpenOptions = Pick<PunctualOptions, 'store' | 'clients'> & Partial<PunctualOptions>

/**
 * Returns a Punctual. `newer`: options that this version may not have yet; each that it refuses is left out.
 * The owner who is signed in is the one that a request's header `x-owner` names.
 */
export function openPunctual(options: OpenOptions, newer: Readonly<Record<string, unknown>> = {}): Punctual {
  const known: PunctualOptions = {
    baseUrl,
    keys: [benchKey],
    journal: null,
    currentOwner: (request) => request.headers.get('x-owner'),
    ...options,
  }
  const accepted = Object.entries(newer).filter(([name]) => isKnown(known, name, newer[name]))
  const punctual = createPunctual({ ...known, ...Object.fromEntries(accepted) })
  let faults = 0
  punctual.on((event) => {
    if (event.type === 'fault' && ++faults === 1)
      console.error(`bench: ${event.code} ${event.reason}: ${event.message}`)
  })
  return punctual
}

/** Whether this version has an option of that name. */
export function isKnown(options: PunctualOptions, name: string, value: unknown): boolean {
  try {
    createPunctual({ ...options, [name]: value })
    return true
  } catch {
    return false
  }
}

/** A whole connect flow, as a browser makes it: two requests. Returns the connection's id. */
export async function connect(punctual: Punctual, client: string, account: string): Promise<string> {
  const owner = ownerOf(account)
  const begun = await punctual.handler(
    new Request(`${baseUrl}/connect/${client}?returnTo=/done`, { headers: { 'x-owner': owner } }),
  )
  const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state')
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
  const back = await punctual.handler(
    new Request(`${baseUrl}/callback/${client}?code=${codeOf(account)}&state=${state}`, {
      headers: { cookie, 'x-owner': owner },
    }),
  )
  const id = new URL(back.headers.get('location') ?? '').searchParams.get('connection')
  if (!id) throw new Error(`not connected: ${back.status} ${back.headers.get('location')}`)
  return id
}

/** Connects that many accounts, a few at once. Returns their ids. */
export async function connectMany(punctual: Punctual, client: string, accounts: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  const left = [...accounts.entries()]
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) ids[next[0]] = await connect(punctual, client, next[1])
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return ids
}

export function accountsOf(count: number, prefix = 'account'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
}
