// Begins an authorization attempt: one browser's trip through the provider's consent. What the browser must show again (state,
// nonce) is stored as digests, and each attempt has a cookie of its own, so that several tabs do not collide.

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
import type { AttemptRecords } from '../records/attempts.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import { callbackUrl } from './callback-url.ts'
import { nonceCookie } from './cookies.ts'

export interface BeginRequest<Id extends string = string> {
  /** The id of the client to connect through. */
  readonly client: Id
  /** The host application's id of the user or tenant who is signed in. Well-formed text of 1 to 255 characters, without NUL. */
  readonly owner: string
  /** Where the browser goes in the end: an address on `baseUrl`'s origin or in the option `returnTo`, or a path. */
  readonly returnTo: string | URL
  /** Instead of the client's scopes. At least one. */
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
  scopes: optional(areScopes),
  connection: anything,
  anotherAccount: optional(flag),
}

/** Without a scope a provider may show an error page, or grant nothing that a call could use. */
function areScopes(value: unknown): string | null {
  if (Array.isArray(value) && value.length === 0)
    return 'is empty. List at least one, or leave it out to request those of the client'
  return list('scopes', scope)(value, true)
}

export interface BeginDependencies {
  readonly attempts: Pick<AttemptRecords, 'begin'>
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly clients: ReadonlyMap<string, Client>
  readonly random: Random
  /** Where this Punctual is reached; no slash at the end. */
  readonly baseUrl: string
  /** Addresses beyond the base's origin that a person may be sent back to. */
  readonly returnTo: readonly string[]
}

/**
 * Records an attempt and returns the authorization URL.
 *
 * @throws {PunctualError} `invalid_argument`, or `connection_not_found` for a connection that is not this owner's.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 RFC 6749, section 4.1.1}
 */
export type Begin = (request: BeginRequest) => Promise<ConnectRedirect>

export function createBegin(dependencies: BeginDependencies): Begin {
  const { attempts, connections, clients, random, baseUrl, returnTo: allowed } = dependencies
  return async (request) => {
    checkOptions('begin', request, checks)
    const client = knownClient(clients, request.client)
    const returnTo = allowedReturn(baseUrl, allowed, request.returnTo)
    const scopes = request.scopes ?? client.scopes
    assertKnownScopes(client, scopes)
    if (request.connection !== undefined) await assertReconnects(connections, request)

    const id = randomId(random, 'attempt')
    const state = token(random)
    const nonce = token(random)
    const codeVerifier = usesPkce(client) ? token(random) : null
    const redirectUri = callbackUrl(baseUrl, client.id)
    const url = authorizationUrl(client, { redirectUri, state, scopes, codeVerifier })
    await attempts.begin({
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
    return { url, headers: new Headers({ 'Set-Cookie': nonceCookie(baseUrl, id, nonce) }) }
  }
}

function knownClient(clients: ReadonlyMap<string, Client>, id: unknown): Client {
  const client = typeof id === 'string' ? clients.get(id) : undefined
  if (client) return client
  throw argumentError('begin', `client must be one of ${[...clients.keys()].join(', ')}. It is ${shown(id)}`)
}

/** A person who is sent to the provider with a scope that it does not know sees an error page there, and cannot come back. */
function assertKnownScopes({ provider, scopes }: Client, requested: readonly string[]): void {
  if (provider.scopes === null) return
  const known = new Set([...provider.scopes, ...scopes])
  const index = requested.findIndex((one) => !known.has(one))
  if (index < 0) return
  const sentence = `scopes[${index}] ${shown(requested[index])} is not a scope of ${provider.title}`
  throw argumentError('begin', `${sentence}. Its scopes are ${provider.scopes.join(', ')}`)
}

async function assertReconnects(
  connections: Pick<ConnectionRecords, 'get'>,
  { connection, owner, client }: BeginRequest,
): Promise<void> {
  const row = typeof connection === 'string' ? await connections.get(connection) : null
  if (row?.owner === owner && row.client === client) return
  throw new PunctualError(
    'connection_not_found',
    `begin: connection must be a connection of this owner through "${client}".`,
  )
}

function allowedReturn(baseUrl: string, allowed: readonly string[], returnTo: string | URL): string {
  const base = new URL(baseUrl)
  const url = typeof returnTo === 'string' || returnTo instanceof URL ? URL.parse(returnTo, base) : null
  if (url && url.href.length > longestReturn)
    throw argumentError('begin', `returnTo must be an address of at most ${longestReturn} characters`)
  // A blob: address has the origin of the page that made it.
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (isPlain && (url.origin === base.origin || allowed.includes(url.href))) return url.href
  throw argumentError('begin', `returnTo must be an address on ${base.origin}, or one of the option "returnTo"`)
}

/** 256 random bits in base64url: a state, a nonce, a code verifier (RFC 7636, section 4.1). */
function token(random: Random): string {
  return Buffer.from(random(32)).toString('base64url')
}
