// Begins an attempt: one trip of one browser through the provider's consent. What the browser will have to show again
// (state, nonce) is stored as digests, and each attempt has a cookie of its own, so that several tabs do not collide.

import {
  anything,
  argumentError,
  type Checks,
  checkOptions,
  flag,
  list,
  optional,
  owner,
  scope,
  shown,
} from '../core/check.ts'
import { type Random, randomId } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { type Client, usesPkce } from '../core/provider.ts'
import { authorizationUrl } from '../oauth/authorize.ts'
import { nonceCookie } from './cookies.ts'
import { callbackUrl, type FlowParts } from './parts.ts'

export interface BeginRequest<Id extends string = string> {
  /** The id of the client to connect through. */
  readonly client: Id
  /** The host application's id of the user or tenant who is signed in. Well-formed text of 1 to 255 characters, without NUL. */
  readonly owner: string
  /** Where the browser ends: an address on `baseUrl`'s origin or on the option `returnTo`; a path will do. */
  readonly returnTo: string | URL
  /** Instead of the client's scopes. */
  readonly scopes?: readonly string[] | undefined
  /** The connection to reconnect. */
  readonly connection?: string | undefined
  /** Whether that connection may move to another account. Default false. */
  readonly anotherAccount?: boolean | undefined
}

export interface ConnectRedirect {
  /** Where the browser goes next. */
  readonly url: URL
  /** Holds the one `Set-Cookie` that ties the attempt to this browser. */
  readonly headers: Headers
}

/** Characters of an address; it is stored, and sent in a header. */
const longestReturn = 2048

const checks: Checks<BeginRequest> = {
  client: anything,
  owner,
  returnTo: anything,
  scopes: optional(list('scopes', scope)),
  connection: anything,
  anotherAccount: optional(flag),
}

/**
 * Records an attempt and answers the authorization URL.
 *
 * @throws {PunctualError} `invalid_argument`, or `connection_not_found` for a connection that is not this owner's.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 RFC 6749, section 4.1.1}
 */
export async function begin(parts: FlowParts, request: BeginRequest): Promise<ConnectRedirect> {
  checkOptions('begin', request, checks)
  const client = parts.clients.get(request.client)
  if (!client) {
    const all = [...parts.clients.keys()].join(', ')
    throw argumentError('begin', `client must be one of ${all}. It is ${shown(request.client)}`)
  }
  const returnTo = allowedReturn(parts, request.returnTo)
  const scopes = request.scopes ?? client.scopes
  assertKnownScopes(client, scopes)
  if (request.connection !== undefined) await assertReconnects(parts, request)

  const id = randomId(parts.random, 'attempt')
  const state = token(parts.random)
  const nonce = token(parts.random)
  const codeVerifier = usesPkce(client) ? token(parts.random) : null
  const redirectUri = callbackUrl(parts, client.id)
  const url = await authorizationUrl(client, { redirectUri, state, scopes, codeVerifier })
  await parts.attempts.begin({
    id,
    client: client.id,
    owner: request.owner,
    returnTo,
    scopes: [...scopes],
    reconnect: request.connection ?? null,
    anotherAccount: request.anotherAccount ?? false,
    state,
    nonce,
    codeVerifier,
  })
  return { url, headers: new Headers({ 'Set-Cookie': nonceCookie(parts.baseUrl, id, nonce) }) }
}

/** Of a scope that a provider does not know, a person sees an error page and never comes back. */
function assertKnownScopes({ provider, scopes }: Client, wanted: readonly string[]): void {
  if (provider.scopes === null) return
  const known = new Set([...provider.scopes, ...scopes])
  const index = wanted.findIndex((one) => !known.has(one))
  if (index < 0) return
  const sentence = `scopes[${index}] ${shown(wanted[index])} is not a scope of ${provider.title}`
  throw argumentError('begin', `${sentence}. Its scopes are ${provider.scopes.join(', ')}`)
}

async function assertReconnects(parts: FlowParts, { connection, owner, client }: BeginRequest): Promise<void> {
  const row = typeof connection === 'string' ? await parts.connections.get(connection) : null
  if (row?.owner === owner && row.client === client) return
  throw new PunctualError(
    'connection_not_found',
    `begin: connection must be a connection of this owner through "${client}".`,
  )
}

function allowedReturn(parts: FlowParts, returnTo: string | URL): string {
  const base = new URL(parts.baseUrl)
  const url = typeof returnTo === 'string' || returnTo instanceof URL ? URL.parse(returnTo, base) : null
  if (url && url.href.length > longestReturn)
    throw argumentError('begin', `returnTo must be an address of at most ${longestReturn} characters`)
  // A blob: address has the origin of the page that made it.
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (plain && (url.origin === base.origin || parts.returnTo.includes(url.href))) return url.href
  throw argumentError('begin', `returnTo must be an address on ${base.origin}, or one of the option "returnTo"`)
}

/** 256 random bits in base64url: a state, a nonce, a code verifier (RFC 7636, section 4.1). */
function token(random: Random): string {
  return Buffer.from(random(32)).toString('base64url')
}
