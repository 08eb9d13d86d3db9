// A person comes back from the provider to the page of a connect session. Only an attempt that this session has begun is noted, and only
// from the browser in which it was begun; what came of it is read from its row. A stranger who brings another one, or words of his
// own, changes nothing. The first browser that brings a consent is the only one from then on: it learns the session's whole id, which
// completes the session, and nobody who knows the id can have another person's consent noted.

import { checkValue } from '../core/check.ts'
import { type ErrorReasons, errorReasons } from '../core/errors.ts'
import { isRequest } from '../core/is-request.ts'
import { connectSessionNotFound } from '../core/not-found.ts'
import type { AttemptOutcome } from '../core/store/attempts.ts'
import type { ConnectSessionRow } from '../core/store/connect-sessions.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import { browserHashOf, type ConnectSessionRecords, isFirstBrowser, pageOf } from '../records/connect-sessions.ts'
import type { ConnectRedirect } from './begin.ts'
import { hasExpired, isOver, type SessionProgressReader } from './connect-session-progress.ts'
import { endedCookie, sessionCookies, shownNonce, shownValues } from './cookies.ts'
import { returnAddress } from './return-address.ts'

/** Returns the address at which the provider's answer to an attempt of this session ends. */
export function doneAddress(baseUrl: string, session: string): string {
  return `${baseUrl}/connect/${pageOf(session)}/done`
}

export interface ArrivalDependencies {
  readonly sessions: Pick<ConnectSessionRecords, 'find' | 'get' | 'update'>
  readonly attempts: Pick<AttemptRecords, 'get' | 'fail'>
  readonly progress: SessionProgressReader
  readonly baseUrl: string
}

/**
 * Notes what a browser brings back, and returns where it goes, with the cookie by which it is known again.
 *
 * @throws {PunctualError} `connect_session_not_found`
 */
export type Arrive = (id: string, request: Request) => Promise<ConnectRedirect>

type Failure = Extract<AttemptOutcome, { error: string }>

/** `secret`: what the first browser keeps. */
type Arrival = { readonly secret: string } | Failure

export function createArrive({ sessions, attempts, progress, baseUrl }: ArrivalDependencies): Arrive {
  return async (id, request) => {
    checkValue('connectSessions.arrive', 'request', request, isRequest)
    const row = await sessions.find(id)
    if (!row) throw connectSessionNotFound()
    const query = new URL(request.url).searchParams
    const attempt = await attemptOf(row, query.get('punctual_session') ?? query.get('attempt'))
    const browser = { shown: shownValues(baseUrl, request), nonce: attempt && shownNonce(baseUrl, attempt.id, request) }
    const arrival = await arrivalOf(row, attempt, browser, query)
    const headers = new Headers()
    if ('secret' in arrival)
      for (const cookie of sessionCookies(baseUrl, pageOf(row.id), arrival.secret, request))
        headers.append('set-cookie', cookie)
    if (attempt && browser.nonce) headers.append('set-cookie', endedCookie(baseUrl, attempt.id))
    const members = 'secret' in arrival ? { punctual_session: row.id } : { punctual: 'failed', ...arrival }
    return { url: returnAddress(row.returnTo, members), headers }
  }

  async function arrivalOf(
    row: ConnectSessionRow,
    attempt: Attempt | null,
    browser: Browser,
    query: URLSearchParams,
  ): Promise<Arrival> {
    const { state } = await progress.of(row)
    const failure = failureOf(attempt)
    const secret = firstSecret(row, browser)
    // The page is loaded again, or belongs to an earlier choice of the same person.
    const hasBeenNoted = state === 'completed' || (state === 'held' && failure?.reason === 'replaced')
    if (hasBeenNoted && secret !== null) return { secret }
    if (hasExpired(row)) return refused('expired')
    const hasNoOutcome = query.get('punctual') === 'failed' && !attempt?.outcome
    if (!attempt || hasNoOutcome) return sayable({ error: query.get('error') ?? '', reason: query.get('reason') })
    const isItsOwn = browser.nonce !== null && attempt.provesBrowser(browser.nonce)
    if (!isItsOwn && !(secret !== null && row.attempt === attempt.id)) return refused('another_browser')
    if (failure) {
      await noteFailure(row, attempt, secret)
      return sayable(failure)
    }
    return isOver(attempt) ? refused('expired') : note(row, attempt, browser)
  }

  /** The attempt of that id, if this session has begun it and its callback is over. */
  async function attemptOf(row: ConnectSessionRow, id: string | null): Promise<Attempt | null> {
    const attempt = id !== null && /^[\w-]{1,100}$/.test(id) ? await attempts.get(id) : null
    const isOfSession = attempt?.session === row.id && attempt.phase !== 'begun' && attempt.phase !== 'consumed'
    return isOfSession ? attempt : null
  }

  /**
   * What came back last counts, until a completion has claimed the attempt before it. That one is ended first, so that its code does
   * not leave once another has taken its place. The first browser is known by the nonce of the attempt that it came back with first,
   * which it had before: if it never gets the answer to this request, it can load the page again.
   */
  async function note(row: ConnectSessionRow, attempt: Attempt, browser: Browser): Promise<Arrival> {
    for (let found: ConnectSessionRow | null = row; found; found = await sessions.get(found.id)) {
      const isFirst = found.browserHash === null
      const secret = isFirst ? browser.nonce : firstSecret(found, browser)
      if (secret === null) return refused('another_browser')
      if (!isFirst && found.attempt === attempt.id) return { secret }
      const { state, attempt: noted } = await progress.of(found)
      if (state === 'completed') return refused('completed')
      if (state === 'held' && noted?.phase !== 'held') return refused('held')
      const reason = state === 'held' ? 'replaced' : 'expired'
      const mustEnd = noted?.phase === 'held' && noted.id !== attempt.id
      if (mustEnd && !(await attempts.fail(noted.id, 'held', 'attempt_refused', reason))) continue
      const change = { attempt: attempt.id, ...(isFirst && { browserHash: browserHashOf(secret) }) }
      if (!(await sessions.update(found.id, found.revision, change))) continue
      const { outcome } = attempt
      // The callback has known who is signed in, and there is a connection already.
      if (outcome && 'connection' in outcome) await progress.noteConnected(row.id, outcome.connection)
      return { secret }
    }
    return refused('unknown')
  }

  /** So that the back end can be told why there is nothing to complete. A consent that was noted before stays. */
  async function noteFailure(row: ConnectSessionRow, attempt: Attempt, secret: string | null): Promise<void> {
    const noted = row.attempt === null ? null : await attempts.get(row.attempt)
    const mayNote = row.browserHash === null || secret !== null
    if (mayNote && (noted === null || failureOf(noted)))
      await sessions.update(row.id, row.revision, { attempt: attempt.id })
  }
}

/** What a browser shows. */
interface Browser {
  /** The values of all our cookies. */
  readonly shown: readonly string[]
  /** That of the attempt that it brings. */
  readonly nonce: string | null
}

/** The value by which the first browser is known; `null` in any other one. */
function firstSecret(row: ConnectSessionRow, { shown }: Browser): string | null {
  return shown.find((value) => isFirstBrowser(row, value)) ?? null
}

function failureOf(attempt: Attempt | null): Failure | null {
  return attempt?.outcome && 'error' in attempt.outcome ? attempt.outcome : null
}

function refused(reason: ErrorReasons['attempt_refused']): Failure {
  return { error: 'attempt_refused', reason }
}

/** The words that a callback may bring. Anything else comes from a stranger. */
const errors = new Set<string>([...Object.keys(errorReasons), ...errorReasons.attempt_refused])

function sayable({ error, reason }: Failure): Failure {
  if (!errors.has(error)) return refused('unknown')
  return { error, reason: reason !== null && /^\w{1,64}$/.test(reason) ? reason : null }
}
