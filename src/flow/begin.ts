// Begins an authorization attempt: one browser's trip through the provider's consent. What the browser must show again (state,
// nonce) is stored as digests, and each attempt has a cookie of its own, so that several tabs do not collide.

import { anything, type Checks, checkOptions, flag, list, optional, owner, scope } from '../core/check.ts'
import { type Random, randomId, randomToken } from '../core/clock.ts'
import { type Client, usesPkce } from '../core/provider.ts'
import { authorizationUrl } from '../oauth/authorize.ts'
import type { AttemptRecords } from '../records/attempts.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import { callbackUrl } from './callback-url.ts'
import {
  allowedReturn,
  assertKnownScopes,
  assertReconnects,
  knownClient,
  type ReturnAddresses,
} from './connect-checks.ts'
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

export interface BeginDependencies extends ReturnAddresses {
  readonly attempts: Pick<AttemptRecords, 'begin'>
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly clients: ReadonlyMap<string, Client>
  readonly random: Random
}

/**
 * Records an attempt, for that connect session or for none, and returns the authorization URL.
 *
 * @throws {PunctualError} `invalid_argument`, or `connection_not_found` for a connection that is not this owner's.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 RFC 6749, section 4.1.1}
 */
export type Begin = (request: BeginRequest, session?: string | null) => Promise<ConnectRedirect>

export function createBegin(dependencies: BeginDependencies): Begin {
  const { attempts, connections, clients, random, baseUrl } = dependencies
  return async (request, session = null) => {
    checkOptions('begin', request, checks)
    const client = knownClient('begin', clients, request.client)
    const returnTo = allowedReturn('begin', dependencies, request.returnTo)
    const scopes = request.scopes ?? client.scopes
    assertKnownScopes('begin', 'scopes', client, scopes)
    if (request.connection !== undefined) assertReconnects('begin', await connections.get(request.connection), request)

    const id = randomId(random, 'attempt')
    const state = randomToken(random)
    const nonce = randomToken(random)
    const codeVerifier = usesPkce(client) ? randomToken(random) : null
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
      session,
      state,
      nonce,
      codeVerifier,
    })
    return { url, headers: new Headers({ 'Set-Cookie': nonceCookie(baseUrl, id, nonce) }) }
  }
}
