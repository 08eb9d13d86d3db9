// Connect sessions: the host application's back end asks for one, and gives its address to the person who is signed in there.
// What comes of it is held until `complete` says that it is still the same person.

import { argumentError, checkOptions, checkValue, flag, optional, shown } from '../core/check.ts'
import { isRequest } from '../core/is-request.ts'
import { connectSessionNotFound } from '../core/not-found.ts'
import type { ConnectSessionRow } from '../core/store/connect-sessions.ts'
import { type ConnectSessionRecords, pageOf } from '../records/connect-sessions.ts'
import type { Begin, ConnectRedirect } from './begin.ts'
import { refused } from './complete-attempt.ts'
import { type ArrivalDependencies, createArrive, doneAddress } from './connect-session-arrival.ts'
import { type ConnectSessionState, hasExpired, type SessionProgress } from './connect-session-progress.ts'
import {
  type CreateConnectSessionRequest,
  checkedSession,
  repairable,
  type SessionRequestDependencies,
} from './connect-session-request.ts'
import { cookiesBeyondLimit } from './cookies.ts'

export interface ConnectSession {
  /**
   * Names the session for your back end: keep it there. The first browser that comes back from the provider brings it as
   * `punctual_session`, and what that browser brought is what you complete. The address of the page shows only the first 30 characters, which cannot complete a session.
   */
  readonly id: string
  readonly owner: string
  readonly returnTo: string
  /** The clients to choose from. */
  readonly clients: readonly string[]
  /** The connection to repair. */
  readonly connection: string | null
  /** For each client, what is asked for. */
  readonly scopes: Readonly<Record<string, readonly string[]>>
  /** `open`: nothing is held for it. `held`: a code is held or being exchanged. `completed`: there is a connection. */
  readonly state: ConnectSessionState
  /** How the attempt that came back last has failed: `access_denied`, say. `null`: none did, or another one is held. */
  readonly failure: { readonly error: string; readonly reason: string | null } | null
  /** The id of the connection that came of it. */
  readonly connected: string | null
  readonly createdAt: Date
  /** Half an hour later. */
  readonly expiresAt: Date
  /** By the database's clock. */
  readonly isExpired: boolean
}

/** Connect sessions: a page on which a person chooses what to connect. */
export interface ConnectSessions<Id extends string = string> {
  /**
   * Records what a person is asked to connect. Send the person who is signed in to `url`: `{baseUrl}/connect/{the first half of id}`.
   *
   * @throws {PunctualError} `invalid_argument`, or `connection_not_found` for a `connection` of another owner or one that
   *   was disconnected.
   * @example
   * ```ts
   * const { url } = await punctual.connectSessions.create({ owner: user.id, returnTo: '/settings', features: ['slots', 'book'] })
   * ```
   */
  create(request: CreateConnectSessionRequest<Id>): Promise<ConnectSession & { readonly url: URL }>
  /**
   * Returns a session, by its id or by the part of it that the address of its page shows: then that part is its `id`.
   *
   * @throws {PunctualError} `connect_session_not_found`, also for one that has expired, unless `expired` is true.
   */
  get(id: string, options?: { readonly expired?: boolean }): Promise<ConnectSession>
  /**
   * Begins to connect through one of the session's clients. Send the browser to `url` with `headers`, which hold the cookie of
   * this attempt; with the `request` of that browser they also remove its oldest ones, so that it has ten at most. A person may
   * begin again, also through another client, until the session is completed.
   *
   * @throws {PunctualError} `connect_session_not_found`; `attempt_refused`, reason `completed`; `connection_not_found` where
   *   the connection to repair was disconnected; `invalid_argument` for a client that the session does not name.
   */
  begin(id: string, client: Id, request?: Request): Promise<ConnectRedirect>
  /**
   * For the page at `{baseUrl}/connect/{id}/done`, where the browser comes back from the callback: notes what it brings, and
   * returns where it goes: `returnTo` with `punctual_session={id}`, for {@link Punctual.complete}, or with
   * `punctual=failed&error={code}`. Send the `headers` too: they hold the cookie of the first browser that brought a consent. What comes
   * back in another one is refused from then on (`attempt_refused`, reason `another_browser`).
   *
   * @throws {PunctualError} `connect_session_not_found`
   */
  arrive(id: string, request: Request): Promise<ConnectRedirect>
}

export interface ConnectSessionsDependencies extends ArrivalDependencies, SessionRequestDependencies {
  readonly sessions: ConnectSessionRecords
  readonly begin: Begin
}

export function createConnectSessions(dependencies: ConnectSessionsDependencies): ConnectSessions {
  const { sessions, connections, progress, begin, baseUrl } = dependencies

  async function living(id: string): Promise<ConnectSessionRow> {
    const row = await sessions.find(id)
    if (row && !hasExpired(row)) return row
    throw connectSessionNotFound()
  }

  return {
    async create(request) {
      const row = await sessions.create(await checkedSession(dependencies, request))
      return Object.freeze({ ...sessionOf(row, nothingYet), url: new URL(`${baseUrl}/connect/${pageOf(row.id)}`) })
    },
    async get(id, options = {}) {
      checkOptions('connectSessions.get', options, { expired: optional(flag) })
      const row = options.expired ? await sessions.find(id) : await living(id)
      if (!row) throw connectSessionNotFound()
      return Object.freeze({ ...sessionOf(row, await progress.of(row)), id })
    },
    async begin(id, client, request) {
      const row = await living(id)
      const { owner, clients, connection, anotherAccount, scopes } = row
      if (request !== undefined) checkValue('connectSessions.begin', 'request', request, isRequest)
      if (!clients.includes(client))
        throw argumentError(
          'connectSessions.begin',
          `client must be one of ${clients.join(', ')}. It is ${shown(client)}`,
        )
      if ((await progress.of(row)).state === 'completed')
        throw refused('completed', 'This session has been completed. Create another one to connect more.')
      if (connection !== null) await repairable(connections, connection, owner)
      const repair = connection === null ? {} : { connection, anotherAccount }
      const attempt = { client, owner, returnTo: doneAddress(baseUrl, row.id), scopes: scopes[client], ...repair }
      const begun = await begin(attempt, row.id)
      for (const cookie of request ? cookiesBeyondLimit(baseUrl, request) : [])
        begun.headers.append('set-cookie', cookie)
      return begun
    },
    arrive: createArrive(dependencies),
  }
}

const nothingYet: SessionProgress = { state: 'open', attempt: null, connection: null }

function sessionOf(row: ConnectSessionRow, { state, attempt, connection }: SessionProgress): ConnectSession {
  const { outcome = null } = attempt ?? {}
  return {
    id: row.id,
    owner: row.owner,
    returnTo: row.returnTo,
    clients: row.clients,
    connection: row.connection,
    scopes: row.scopes,
    state,
    failure: outcome !== null && 'error' in outcome ? outcome : null,
    connected: connection,
    createdAt: new Date(row.createdAt),
    expiresAt: new Date(row.expiresAt),
    isExpired: hasExpired(row),
  }
}
