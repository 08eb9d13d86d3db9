// A person comes back from the provider to the page of a connect session. Only an attempt that this session has begun is noted, and only
// from the browser in which it was begun; what came of it is read from its row. A stranger who brings another one, or words of his
// own, changes nothing. The first browser that brings a consent is the only one from then on: it learns the session's whole id, which
// completes the session, and a person who knows the id cannot have another person's consent noted.

import { checkValue } from '../core/check.ts'
import { errorReasons } from '../core/errors.ts'
import { isRequest } from '../core/is-request.ts'
import { connectSessionNotFound } from '../core/not-found.ts'
import type { ConnectSessionRow } from '../core/store/connect-sessions.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import { type ConnectSessionRecords, pageOf } from '../records/connect-sessions.ts'
import type { ConnectRedirect } from './begin.ts'
import { hasExpired, isOver, type SessionProgressReader } from './connect-session-progress.ts'
import { endedCookie, sessionCookies, shownNonce, shownValues } from './cookies.ts'
import {
  type Arrival,
  type Browser,
  createNoteAttempt,
  type Failure,
  failureOf,
  firstSecret,
  refused,
} from './note-attempt.ts'
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

export function createArrive({ sessions, attempts, progress, baseUrl }: ArrivalDependencies): Arrive {
  const { note, noteFailure } = createNoteAttempt({ sessions, attempts, progress })
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
}

/** The words that a callback may bring. Anything else comes from a stranger. */
const errors = new Set<string>([...Object.keys(errorReasons), ...errorReasons.attempt_refused])

function sayable({ error, reason }: Failure): Failure {
  if (!errors.has(error)) return refused('unknown')
  return { error, reason: reason !== null && /^\w{1,64}$/.test(reason) ? reason : null }
}
