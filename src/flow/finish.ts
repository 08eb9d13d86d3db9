// Takes the provider's answer from the browser. The order of the checks is the security of the flow: prefetch, this
// browser, this provider, one consumption, this person; only then does the code leave. What another browser asks for
// changes nothing, so that whoever fetches the address first ends nobody's trip.

import type { Client } from '../core/provider.ts'
import { secret } from '../core/secret.ts'
import type { Attempt } from '../records/attempts.ts'
import { endedCookie, shownNonce } from './cookies.ts'
import { notFoundPage, pendingPage } from './page.ts'
import type { FlowParts } from './parts.ts'
import { type Outcome, outcomeInTime, settle, standingOutcome } from './settle.ts'

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
  const repeated = query.size > new Set(query.keys()).size
  const state = query.get('state')
  if (!client || repeated || !state) return notFoundPage(repeated ? 'repeated' : 'unknown')

  const seen = await parts.attempts.find(state, client.id)
  if (!seen) return notFoundPage('unknown')
  const nonce = shownNonce(parts.baseUrl, seen.id, request)
  if (nonce === '' || !seen.provesBrowser(nonce)) return notFoundPage('another_browser')
  if (!isIssuer(client, query.get('iss'))) {
    parts.report.refused(client.id, 'another_issuer')
    return back(parts, seen, { error: 'attempt_refused', reason: 'another_issuer' })
  }
  const found = await parts.attempts.consume(state, client.id)
  if (!found) return notFoundPage('unknown')
  const { attempt, first, expired } = found
  return back(parts, attempt, await outcomeInTime(parts, first ? decide() : standingOutcome(parts, attempt, expired)))

  async function decide(): Promise<Outcome> {
    const error = query.get('error')
    if (error !== null) return fail(providerErrors.has(error) ? error : 'provider_error', null)
    const code = query.get('code')
    if (!code) return refuse('no_code')
    if (!parts.currentOwner) {
      await parts.attempts.hold(attempt.id, secret(code))
      return { session: attempt.id }
    }
    const person = await askWho(request, parts.currentOwner)
    if (person === undefined) return refuse('current_owner_failed')
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
  function askWho(
    asked: Request,
    currentOwner: NonNullable<FlowParts['currentOwner']>,
  ): Promise<string | null | undefined> {
    return Promise.resolve(asked)
      .then(currentOwner)
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

/** RFC 9207, section 2.4. */
function isIssuer({ provider }: Client, issuer: string | null): boolean {
  return issuer === null ? !provider.issuerInCallback : issuer === provider.issuer
}

/** The way back to the host application, with the outcome in the query and nothing of the provider's. */
function back({ baseUrl }: FlowParts, attempt: Attempt, outcome: Outcome): Response {
  if ('pending' in outcome) return pendingPage()
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
  const headers = new Headers({
    location: url.href,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  if (hasEnded(outcome)) headers.append('set-cookie', endedCookie(baseUrl, attempt.id))
  return new Response(null, { status: 303, headers })
}

/** Whether the same callback has nothing else to say later, to this browser or for want of another answer. */
function hasEnded(outcome: Outcome): boolean {
  return !('error' in outcome) || (outcome.error !== 'provider_unavailable' && outcome.reason !== 'another_issuer')
}

/** Whether the browser only prepares a page that a person may open. */
export function isPrefetch({ headers }: Request): boolean {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers.get(name) ?? '').join(' ')
  return /\b(prefetch|prerender|preview)\b/i.test(purpose) || headers.has('next-router-prefetch')
}
