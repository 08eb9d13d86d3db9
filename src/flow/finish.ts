// Takes the provider's answer from the browser. The order of the checks is the security of the flow: prefetch, one
// consumption, this browser, this provider, this person; only then does the code leave.

import type { Attempt } from '../connections/attempts.ts'
import type { Client } from '../core/provider.ts'
import { secret } from '../core/secret.ts'
import { shownNonce } from './begin.ts'
import { notFoundPage } from './page.ts'
import type { FlowParts } from './parts.ts'
import { type Outcome, settle, standingOutcome } from './settle.ts'

/**
 * Answers the redirect that ends a trip to the provider.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 RFC 6749, section 4.1.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-2.1 RFC 9700, section 2.1}
 */
export async function finish(parts: FlowParts, clientId: string, request: Request): Promise<Response> {
  if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } })
  if (isPrefetch(request)) return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
  const client = parts.clients.get(clientId)
  const query = new URL(request.url).searchParams
  const repeated = [...query.keys()].some((name) => query.getAll(name).length > 1)
  const state = query.get('state')
  if (!client || repeated || !state) return notFoundPage(repeated ? 'repeated' : 'unknown')

  const found = await parts.attempts.consume(state, client.id)
  if (!found) return notFoundPage('unknown')
  const { attempt, first, expired } = found
  const nonce = shownNonce(parts, attempt.id, request)
  const ours = nonce !== '' && attempt.provesBrowser(nonce)
  if (!first) return back(attempt, ours ? await standingOutcome(parts, attempt, expired) : refusal('another_browser'))
  return back(attempt, await decide())

  async function decide(): Promise<Outcome> {
    if (!ours) return refuse('another_browser')
    const issuer = query.get('iss')
    const { provider } = client as Client
    if (issuer === null ? provider.issuerInCallback : issuer !== provider.issuer) return refuse('another_issuer')
    const error = query.get('error')
    if (error !== null) return fail(providerErrors.has(error) ? error : 'provider_error', null)
    const code = query.get('code')
    if (!code) return refuse('no_code')
    if (!parts.identify) {
      await parts.attempts.hold(attempt.id, secret(code))
      return { session: attempt.id }
    }
    const person = await askWho(request, parts.identify)
    if (person === undefined) return refuse('identify_failed')
    if (person === null) return refuse('not_signed_in')
    if (person !== attempt.owner) return refuse('another_person')
    return settle(parts, attempt, 'consumed', secret(code))
  }

  function refuse(reason: string): Promise<Outcome> {
    return fail('attempt_refused', reason)
  }

  async function fail(error: string, reason: string | null): Promise<Outcome> {
    await parts.attempts.fail(attempt.id, 'consumed', error, reason)
    parts.report.refused(attempt.client, reason ?? error)
    return { error, reason }
  }

  /** `undefined`: the host application's function failed. */
  function askWho(asked: Request, identify: NonNullable<FlowParts['identify']>): Promise<string | null | undefined> {
    return Promise.resolve(asked)
      .then(identify)
      .catch((error: unknown) => {
        parts.report.fault(error)
        return undefined
      })
  }
}

// RFC 6749, section 4.1.2.1. Anything else that a provider may send is not repeated to the host application.
const providerErrors = new Set([
  'access_denied',
  'invalid_request',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_response_type',
])

function refusal(reason: string): Outcome {
  return { error: 'attempt_refused', reason }
}

/** The way back to the host application, with the outcome in the query and nothing of the provider's. */
function back(attempt: Attempt, outcome: Outcome): Response {
  const url = new URL(attempt.returnTo)
  if ('session' in outcome) url.searchParams.set('punctual_session', outcome.session)
  else if ('connection' in outcome) {
    url.searchParams.set('punctual', 'connected')
    url.searchParams.set('connection', outcome.connection)
  } else {
    url.searchParams.set('punctual', 'failed')
    url.searchParams.set('error', outcome.error)
    if (outcome.reason) url.searchParams.set('reason', outcome.reason)
  }
  const headers = { location: url.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return new Response(null, { status: 303, headers })
}

function isPrefetch(request: Request): boolean {
  const purpose = `${request.headers.get('sec-purpose') ?? ''} ${request.headers.get('purpose') ?? ''}`
  return /\b(prefetch|prerender|preview)\b/i.test(purpose)
}
