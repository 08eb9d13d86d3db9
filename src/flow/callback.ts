// Accepts the provider's answer from the browser. The order of the checks is the security of the flow: prefetch, this
// browser, this provider, one consumption, this person. Only then does the code leave. A request of another browser
// changes nothing, so that a stranger who fetches the address first cannot end the attempt.

import { keepsOpener } from '../core/page-headers.ts'
import { isPrefetch, prefetchAnswer } from '../core/prefetch.ts'
import type { Client } from '../core/provider.ts'
import { secret } from '../core/secret.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import type { AwaitOutcome, InBrowserTime } from './await-outcome.ts'
import { endedCookie, shownNonce } from './cookies.ts'
import type { Outcome } from './outcome.ts'
import { notFoundPage, pendingPage } from './page.ts'
import type { FlowReport } from './report.ts'
import { returnAddress, type TripMembers } from './return-address.ts'
import type { Settle } from './settle.ts'

/**
 * Returns the redirect that ends a trip to the provider.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 RFC 6749, section 4.1.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-2.1 RFC 9700, section 2.1}
 */
export type Callback = (clientId: string, request: Request) => Promise<Response>

export interface CallbackDependencies {
  readonly attempts: Pick<AttemptRecords, 'consume' | 'find'>
  readonly clients: ReadonlyMap<string, Client>
  readonly baseUrl: string
  readonly report: Pick<FlowReport, 'refused'>
  /** Decides on an attempt that this callback has just consumed. */
  readonly decide: Decide
  readonly awaitOutcome: AwaitOutcome
  readonly inBrowserTime: InBrowserTime
}

export function createCallback(dependencies: CallbackDependencies): Callback {
  const { attempts, clients, baseUrl, report, decide, awaitOutcome, inBrowserTime } = dependencies
  return async (clientId, request) => {
    if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } })
    if (isPrefetch(request)) return prefetchAnswer()
    const client = clients.get(clientId)
    const query = new URL(request.url).searchParams
    const repeated = query.size > new Set(query.keys()).size
    const state = query.get('state')
    if (!client || repeated || !state) return notFoundPage(repeated ? 'repeated' : 'unknown')

    const seen = await attempts.find(state, client.id)
    if (!seen || isErased(seen)) return notFoundPage('unknown')
    const nonce = shownNonce(baseUrl, seen.id, request)
    if (nonce === '' || !seen.provesBrowser(nonce)) return notFoundPage('another_browser')
    if (!isIssuer(client, query.get('iss'))) {
      report.refused(seen, 'another_issuer')
      return redirectBack(baseUrl, seen, { error: 'attempt_refused', reason: 'another_issuer' })
    }
    const found = await attempts.consume(state, client.id)
    if (!found || isErased(found.attempt)) return notFoundPage('unknown')
    const { attempt, first, expired } = found
    const outcome = await inBrowserTime(first ? decide(attempt, query, request) : awaitOutcome(attempt, expired))
    return redirectBack(baseUrl, attempt, outcome)
  }
}

/** What is left of an attempt whose owner was erased: nobody can be sent back. Its tokens are not revoked yet. */
function isErased({ returnTo }: Pick<Attempt, 'returnTo'>): boolean {
  return returnTo === ''
}

/** Decides the outcome of an attempt from the query of its callback and the request of its browser. */
type Decide = (attempt: Attempt, query: URLSearchParams, request: Request) => Promise<Outcome>

export interface DecideDependencies {
  readonly attempts: Pick<AttemptRecords, 'fail' | 'hold'>
  /** Who is signed in to the host application; `null` in server mode, where the host application is asked later. */
  readonly currentOwner: ((request: Request) => string | null | Promise<string | null>) | null
  readonly settle: Settle
  readonly report: Pick<FlowReport, 'fault' | 'refused'>
}

export function createDecide({ attempts, currentOwner, settle, report }: DecideDependencies): Decide {
  return async (attempt, query, request) => {
    const error = query.get('error')
    if (error !== null) return fail(attempt, providerErrors.has(error) ? error : 'provider_error', null)
    const code = query.get('code')
    if (!code) return fail(attempt, 'attempt_refused', 'no_code')
    if (!currentOwner) {
      await attempts.hold(attempt.id, secret(code))
      return { session: attempt.id }
    }
    const owner = await signedIn(currentOwner, request)
    if (owner === undefined) return fail(attempt, 'attempt_refused', 'current_owner_failed')
    if (owner === null) return fail(attempt, 'attempt_refused', 'not_signed_in')
    if (owner !== attempt.owner) return fail(attempt, 'attempt_refused', 'another_person')
    return settle(attempt, 'consumed', secret(code))
  }

  async function fail(attempt: Attempt, error: string, reason: string | null): Promise<Outcome> {
    const outcome = { error, reason }
    await attempts.fail(attempt.id, 'consumed', outcome)
    report.refused(attempt, reason ?? error)
    return outcome
  }

  /** `undefined`: the host application's function failed. */
  function signedIn(
    ask: NonNullable<DecideDependencies['currentOwner']>,
    request: Request,
  ): Promise<string | null | undefined> {
    return Promise.resolve(request)
      .then(ask)
      .catch((error: unknown) => {
        report.fault(error)
        return undefined
      })
  }
}

// RFC 6749, section 4.1.2.1. Any other word of a provider is not passed on to the host application.
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

/** Returns the redirect to the host application, with the outcome in the query and nothing of the provider's. */
function redirectBack(baseUrl: string, attempt: Attempt, outcome: Outcome): Response {
  if ('pending' in outcome) return pendingPage()
  // The page of a connect session reads what came of it from the attempt's row.
  const ofSession = attempt.session === null ? {} : { attempt: attempt.id }
  const url = returnAddress(attempt.returnTo, { ...membersOf(outcome), ...ofSession })
  const headers = new Headers({
    location: url.href,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    ...keepsOpener,
  })
  // The page of a connect session asks for this cookie once more, and removes it.
  if (hasEnded(outcome) && attempt.session === null) headers.append('set-cookie', endedCookie(baseUrl, attempt.id))
  return new Response(null, { status: 303, headers })
}

function membersOf(outcome: Exclude<Outcome, { pending: true }>): TripMembers {
  if ('session' in outcome) return { punctual_session: outcome.session }
  if ('connection' in outcome) return { punctual: 'connected', connection: outcome.connection }
  return { punctual: 'failed', error: outcome.error, reason: outcome.reason }
}

/** Whether the same callback will have the same outcome later. */
function hasEnded(outcome: Outcome): boolean {
  return !('error' in outcome) || (outcome.error !== 'provider_unavailable' && outcome.reason !== 'another_issuer')
}
