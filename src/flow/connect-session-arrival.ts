// A person comes back from the provider to the page of a connect session. Only an attempt that this session has begun is
// noted: another one, which a stranger may have brought here, changes nothing.

import { checkValue } from '../core/check.ts'
import { errorReasons } from '../core/errors.ts'
import { connectSessionNotFound } from '../core/not-found.ts'
import type { ConnectSessionRow } from '../core/store/connect-sessions.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import type { ConnectSessionRecords } from '../records/connect-sessions.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import { doneAddress, hasExpired, isOver, type SessionProgressReader } from './connect-session-progress.ts'

export interface ArrivalDependencies {
  readonly sessions: Pick<ConnectSessionRecords, 'find' | 'get' | 'update'>
  readonly attempts: Pick<AttemptRecords, 'get' | 'fail'>
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly progress: SessionProgressReader
  readonly baseUrl: string
}

/**
 * Notes what a person brings back, and returns where the browser goes.
 *
 * @throws {PunctualError} `connect_session_not_found`
 */
export type Arrive = (id: string, query: URLSearchParams) => Promise<URL>

const isQuery = (value: unknown) =>
  value instanceof URLSearchParams ? null : 'must be the URLSearchParams of the address'

export function createArrive({ sessions, attempts, connections, progress, baseUrl }: ArrivalDependencies): Arrive {
  return async (id, query) => {
    checkValue('connectSessions.arrive', 'query', query, isQuery)
    const row = await sessions.find(id)
    if (!row) throw connectSessionNotFound()
    if ((await progress.of(row)).state === 'completed') return arrived(row)
    if (hasExpired(row)) return failed(row, 'attempt_refused', 'expired')
    switch (query.get('punctual')) {
      case 'failed':
        return failed(row, query.get('error'), query.get('reason'))
      case 'connected':
        return connected(row, query.get('connection'))
      default:
        return held(row, query.get('punctual_session'))
    }
  }

  /** The code is held, until the host application says who is signed in. */
  async function held(row: ConnectSessionRow, id: string | null): Promise<URL> {
    const attempt = id !== null && /^[\w-]{1,100}$/.test(id) ? await attempts.get(id) : null
    if (!attempt || !isOfSession(attempt, row)) return failed(row, 'attempt_refused', 'unknown')
    const { outcome } = attempt
    if (outcome && 'error' in outcome) return failed(row, outcome.error, outcome.reason)
    if (isOver(attempt)) return failed(row, 'attempt_refused', 'expired')
    return (await note(row, attempt)) ? arrived(row) : failed(row, 'attempt_refused', 'held')
  }

  function isOfSession(attempt: Attempt, { id, owner, clients, connection }: ConnectSessionRow): boolean {
    return (
      attempt.owner === owner &&
      clients.includes(attempt.client) &&
      attempt.reconnect === connection &&
      attempt.returnTo === doneAddress(baseUrl, id) &&
      attempt.phase !== 'begun' &&
      attempt.phase !== 'consumed'
    )
  }

  /**
   * The first attempt that comes back is the one, until it has failed: a second one may be of somebody else who has the address of
   * the page. One that has expired is ended first, so that its code does not leave once another has taken its place. Returns
   * whether it is this one.
   */
  async function note(row: ConnectSessionRow, attempt: Attempt): Promise<boolean> {
    for (let found: ConnectSessionRow | null = row; found; found = await sessions.get(found.id)) {
      if (found.attempt === attempt.id) return true
      const { state, attempt: noted } = await progress.of(found)
      if (state !== 'open') return false
      if (noted?.phase === 'held' && !(await attempts.fail(noted.id, 'held', 'attempt_refused', 'expired'))) continue
      if (await sessions.update(found.id, found.revision, { attempt: attempt.id })) return true
    }
    return false
  }

  /** With `currentOwner` the callback has known who is signed in, and there is a connection already. */
  async function connected(row: ConnectSessionRow, id: string | null): Promise<URL> {
    const found = id === null ? null : await connections.get(id)
    const isOfSession =
      found?.owner === row.owner &&
      row.clients.includes(found.client) &&
      (row.connection === null || row.connection === found.id) &&
      found.status === 'active' &&
      found.updatedAt >= row.createdAt
    if (!isOfSession) return failed(row, 'attempt_refused', 'unknown')
    await progress.noteConnected(row.id, found.id)
    return arrived(row)
  }
}

function arrived({ id, returnTo }: ConnectSessionRow): URL {
  const url = new URL(returnTo)
  url.searchParams.set('punctual_session', id)
  return url
}

/** The words that a callback may bring. Anything else comes from a stranger. */
const errors = new Set<string>([...Object.keys(errorReasons), ...errorReasons.attempt_refused])

function failed({ returnTo }: ConnectSessionRow, error: string | null, reason: string | null): URL {
  const url = new URL(returnTo)
  const isKnown = error !== null && errors.has(error)
  const said = isKnown ? reason : 'unknown'
  url.searchParams.set('punctual', 'failed')
  url.searchParams.set('error', isKnown ? error : 'attempt_refused')
  if (said !== null && /^\w{1,64}$/.test(said)) url.searchParams.set('reason', said)
  return url
}
