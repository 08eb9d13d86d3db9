// What `begin` and a connect session check alike, before a person is sent anywhere.

import { argumentError, shown } from '../core/check.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { ConnectionRow } from '../core/store/connections.ts'

/** Characters of an address; it is stored, and sent in a header. */
const longestReturn = 2048

/** Where a person may be sent back to. */
export interface ReturnAddresses {
  /** Where this Punctual is reached; no slash at the end. */
  readonly baseUrl: string
  /** Addresses beyond the base's origin. One without a query allows its page with any query. */
  readonly returnTo: readonly string[]
}

/** Returns the whole address. @throws {PunctualError} `invalid_argument` for one that is not on the list. */
export function allowedReturn(place: string, allowed: ReturnAddresses, returnTo: string | URL): string {
  const base = new URL(allowed.baseUrl)
  if (typeof returnTo === 'string' && !returnTo.startsWith('/') && !URL.canParse(returnTo))
    throw argumentError(place, `returnTo must be a whole address, or a path that begins with "/"`)
  const url = typeof returnTo === 'string' || returnTo instanceof URL ? parsed(returnTo, base) : null
  if (url && url.href.length > longestReturn)
    throw argumentError(place, `returnTo must be an address of at most ${longestReturn} characters`)
  // A blob: address has the origin of the page that made it.
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (isPlain && (url.origin === base.origin || isListed(allowed.returnTo, url))) return url.href
  throw argumentError(place, `returnTo must be an address on ${base.origin}, or one of "returnTo" (PUNCTUAL_RETURN_TO)`)
}

/** Only a path is below the base: it would make a path of `https:evil.example` too. */
function parsed(returnTo: string | URL, base: URL): URL | null {
  return String(returnTo).startsWith('/') ? URL.parse(returnTo, base) : URL.parse(returnTo)
}

/** An entry without a query allows its page with any. */
function isListed(entries: readonly string[], { href, origin, pathname }: URL): boolean {
  return entries.includes(href) || entries.includes(`${origin}${pathname}`)
}

/** @throws {PunctualError} `invalid_argument` */
export function knownClient(place: string, clients: ReadonlyMap<string, Client>, id: unknown): Client {
  const client = typeof id === 'string' ? clients.get(id) : undefined
  if (client) return client
  throw argumentError(place, `client must be one of ${[...clients.keys()].join(', ')}. It is ${shown(id)}`)
}

/**
 * A person who is sent to the provider with a scope that it does not know sees an error page there, and cannot come back.
 *
 * @throws {PunctualError} `invalid_argument`
 */
export function assertKnownScopes(
  place: string,
  name: string,
  { provider, scopes }: Client,
  requested: readonly string[],
): void {
  const index = requested.findIndex((one) => !isKnownScope({ provider, scopes }, one))
  if (index < 0 || provider.scopes === null) return
  const sentence = `${name}[${index}] ${shown(requested[index])} is not a scope of ${provider.title}`
  throw argumentError(place, `${sentence}. Its scopes are ${provider.scopes.join(', ')}`)
}

export function isKnownScope({ provider, scopes }: Pick<Client, 'provider' | 'scopes'>, scope: string): boolean {
  return provider.scopes === null || provider.scopes.includes(scope) || scopes.includes(scope)
}

/** @throws {PunctualError} `connection_not_found` for a connection that is not this owner's through this client. */
export function assertReconnects(
  place: string,
  row: ConnectionRow | null,
  { owner, client }: { readonly owner: string; readonly client: string },
): void {
  if (row?.owner === owner && row.client === client) return
  throw new PunctualError(
    'connection_not_found',
    `${place}: connection must be a connection of this owner through "${client}".`,
  )
}
