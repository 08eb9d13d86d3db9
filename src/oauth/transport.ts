// One request to an authorization server: sent once, with our deadline, and with one of three outcomes. Never throws
// for anything that the provider does, and lets no secret out in its outcome.

import * as oauth from 'oauth4webapi'
import type { Clock } from '../core/clock.ts'
import { type Answer, ask, type Fetch, TransportError } from '../core/http.ts'
import { fetchBeforeDeadline } from '../core/last-check.ts'
import { isSafeAddress } from '../core/loopback.ts'
import type { Client } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { type Away, AwayError } from './away.ts'
import { listen } from './listen.ts'
import { type Redaction, redactionOf } from './redaction.ts'

export interface Transport {
  readonly fetch: Fetch
  readonly clock: Clock
}

/**
 * Milliseconds for a request to an authorization server. A request that may bring tokens has left within that time, or
 * does not leave; any other has ended within it.
 */
export const tokenRequestDeadlineMs = 20_000

/** How long a request may take. */
export type RequestLimits =
  /** For the whole answer. */
  | { readonly deadlineMs: number }
  /** The answer may hold tokens, and is awaited as long as it can come. */
  | {
      /** Whether the request may still leave. Asked as late as the platform allows. */
      readonly mayLeave: () => boolean
      /** Called every ten seconds while the answer is awaited. */
      readonly still: () => void
    }

/** An OAuth error answer. Holds no secret, even where the provider echoed one. */
export interface Refused {
  readonly kind: 'refused'
  /** The provider's code, such as `invalid_grant`. */
  readonly error: string
  readonly description: string | null
  /** The HTTP status. */
  readonly status: number
}

/** What oauth4webapi's request functions take. */
export interface RequestOptions {
  [oauth.customFetch]: (url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>) => Promise<Response>
  [oauth.allowInsecureRequests]: boolean
}

export interface Exchange<Result> {
  readonly client: Client
  readonly endpoint: string
  /** Secrets in the request on top of the client's own. */
  readonly secrets: readonly (Secret | null)[]
  request(options: RequestOptions): Promise<Response>
  /** Brings the answer into the standard's shape. @throws {AwayError} */
  standard(answer: Answer, now: number): Response
  read(response: Response): Promise<Result>
}

/** Sends one request and returns its outcome. */
export async function send<Result>(
  { fetch, clock }: Transport,
  { client, endpoint, secrets, request, standard, read }: Exchange<Result>,
  limits: RequestLimits,
): Promise<{ kind: 'answered'; result: Result; sentAt: number } | Refused | Away> {
  const hidden = [client.clientSecret, ...secrets].flatMap((value) => (value ? [value.reveal()] : []))
  let sentAt: number | null = null
  let status: number | null = null
  const options: RequestOptions = {
    [oauth.allowInsecureRequests]: isSafeAddress(new URL(endpoint)),
    async [oauth.customFetch](url, { method, headers, body }) {
      hidden.push(...credentialsIn(headers.authorization))
      sentAt = clock.monotonic()
      const answer = await askWithin({ fetch, clock }, limits, url, { method, headers, body })
      status = answer.status
      return standard(answer, clock.now())
    },
  }
  try {
    const result = await read(await request(options))
    return { kind: 'answered', result, sentAt: sentAt ?? clock.monotonic() }
  } catch (error) {
    // Nothing was sent: our own mistake, which must not look like a provider that is away.
    if (sentAt === null) throw error
    return outcomeOf(error, status, redactionOf(hidden))
  }
}

function askWithin(transport: Transport, limits: RequestLimits, url: string, init: RequestInit): Promise<Answer> {
  if ('deadlineMs' in limits) return ask(transport, url, init, limits)
  const fetch: Fetch = (to, options = {}) => fetchBeforeDeadline(transport.fetch, to, options, limits.mayLeave)
  return listen(transport.clock, (signal) => ask({ ...transport, fetch }, url, init, { signal }), limits.still)
}

function outcomeOf(error: unknown, status: number | null, redaction: Redaction): Refused | Away {
  if (error instanceof AwayError) return error.away
  if (error instanceof TransportError) {
    const { sent, reason } = error
    return { kind: 'away', harmless: !sent, reason, retryAfterMs: null, status: null, cause: redaction.error(error) }
  }
  if (error instanceof oauth.ResponseBodyError) {
    const { error: code, error_description: description } = error
    return {
      kind: 'refused',
      error: knownCodes.includes(code) ? code : redaction.text(code),
      description: description === undefined ? null : redaction.text(description),
      status: status ?? error.status,
    }
  }
  // oauth4webapi's other errors hold the whole answer, tokens included: they stay here.
  return { kind: 'away', harmless: false, reason: 'unexpected', retryAfterMs: null, status }
}

/** Codes of RFC 6749 and RFC 7009. They are no secret, even where a secret is as short as a part of them. */
const knownCodes: readonly string[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'unsupported_token_type',
]

/** Returns the secrets in a Basic header: the encoded credentials, and the secret as it is written in them. */
function credentialsIn(authorization: string | undefined): string[] {
  const credentials = authorization?.replace(/^Basic /, '')
  if (!credentials) return []
  return [
    credentials,
    Buffer.from(credentials, 'base64')
      .toString()
      .replace(/^[^:]*:/, ''),
  ]
}
