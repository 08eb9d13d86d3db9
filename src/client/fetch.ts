// Calls the provider's API in the account's name. The token goes to the provider's API and nowhere else: another origin
// is refused before anything is sent, and a redirect is handed back instead of being followed.

import type { Grant } from '../connections/grants.ts'
import type { Clock } from '../core/clock.ts'
import { invalidOption, PunctualError } from '../core/errors.ts'
import { type Fetch, TransportError, withDeadline } from '../core/http.ts'
import type { ApiMeaning, Client } from '../core/provider.ts'
import type { Keeper } from '../keeper/keeper.ts'

export interface CallParts {
  readonly keeper: Pick<Keeper, 'token'>
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Clock
  readonly fetch: Fetch
}

/** As `fetch` takes it, and a deadline for head and body together. */
export interface CallInit extends RequestInit {
  /** Milliseconds. Default 30 000. */
  readonly deadline?: number
}

/**
 * Sends one request with the grant's access token. A token that the provider says has ended is renewed, unless that
 * has happened meanwhile, and the request is repeated once.
 *
 * @throws {PunctualError} `needs_reconnect`, `insufficient_scope`, `provider_unavailable`, `client_misconfigured`.
 */
export async function call(
  parts: CallParts,
  grantId: string,
  clientId: string,
  path: string | URL,
  init: CallInit = {},
): Promise<Response> {
  const client = parts.clients.get(clientId)
  if (!client)
    throw new PunctualError('client_misconfigured', `The client "${clientId}" is not among "clients".`, {
      reason: 'unknown_client',
    })
  const url = resolveApi(client.provider.apiBase, path)
  const { deadline = 30_000, signal: outer, ...request } = init
  try {
    return await withDeadline(parts.clock, deadline, outer ?? undefined, answer)
  } catch (error) {
    if (outer?.aborted) throw outer.reason
    if (error instanceof PunctualError) throw error
    const reason = error instanceof TransportError ? 'timeout' : 'network'
    const message = 'The call to the provider brought no answer.'
    throw new PunctualError('provider_unavailable', message, { reason, retryable: true, cause: error })
  }

  async function answer(signal: AbortSignal): Promise<Response> {
    const first = await parts.keeper.token(grantId, { minimumValidity: 0, signal })
    const response = await send(first, signal)
    const meaning = await meaningOf(client as Client, response)
    if (meaning.kind !== 'token_ended' || !repeatable(request.body))
      return explained(meaning, await redacted(response, first))
    const renewed = await parts.keeper.token(grantId, { minimumValidity: 0, refused: first.generation, signal })
    const second = await send(renewed, signal)
    return explained(await meaningOf(client as Client, second), await redacted(second, renewed))
  }

  async function send(grant: Grant, signal: AbortSignal): Promise<Response> {
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${grant.open().accessToken.reveal()}`)
    return whole(await parts.fetch(url, { ...request, headers, redirect: 'manual', signal }))
  }

  function explained(meaning: ApiMeaning, response: Response): Response {
    if (meaning.kind !== 'insufficient_scope') return response
    const named = meaning.scopes.join(' ') || 'one that it does not name'
    const message = `The account has not granted the scope that this call needs: ${named}. Begin again with it among "scopes".`
    throw new PunctualError('insufficient_scope', message, { scopes: meaning.scopes })
  }
}

/**
 * The address of an API path: relative to the API's base, or absolute on it.
 *
 * @throws {PunctualError} `invalid_option` for any other address.
 */
export function resolveApi(apiBase: string, path: string | URL): URL {
  const base = new URL(apiBase)
  const text = String(path)
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(text)
  const url = absolute ? URL.parse(text) : text.startsWith('/') ? URL.parse(`${apiBase}${text}`) : null
  const inside = url?.origin === base.origin && `${url.pathname}/`.startsWith(base.pathname.replace(/\/?$/, '/'))
  if (url && inside && !url.username && !url.password && !text.startsWith('//') && !text.includes('\\')) return url
  throw invalidOption(
    `fetch: the path must begin with one "/" and stay below ${apiBase}; the token is sent nowhere else.`,
  )
}

/** Reads the body now, so that the deadline covers it and nothing is left hanging. */
async function whole(response: Response): Promise<Response> {
  const empty = response.status === 204 || response.status === 205 || response.status === 304
  const body = empty ? null : await response.arrayBuffer()
  const copy = new Response(body, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  })
  Object.defineProperty(copy, 'url', { value: response.url })
  return copy
}

async function meaningOf(client: Client, response: Response): Promise<ApiMeaning> {
  if (response.status < 400 || response.status > 499) return { kind: 'other' }
  const text = await response.clone().text()
  return client.provider.meaning({ status: response.status, headers: response.headers, json: parseJson(text) })
}

/** Cal.com repeats the token in an error's body; nobody else may see it. */
async function redacted(response: Response, grant: Grant): Promise<Response> {
  if (response.status < 400) return response
  const token = grant.open().accessToken.reveal()
  const text = await response.clone().text()
  if (!text.includes(token)) return response
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  return new Response(text.replaceAll(token, '[secret]'), { status: response.status, headers })
}

/** Whether a body can be sent a second time. */
function repeatable(body: unknown): boolean {
  return !(body instanceof ReadableStream)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
