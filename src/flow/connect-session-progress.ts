// How far a connect session has come. What came of its attempt stands in the attempt's row; here the two are put together,
// so that the next look mends what a crash between them has left.

import type { ConnectSessionRow } from '../core/store/connect-sessions.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import type { ConnectSessionRecords } from '../records/connect-sessions.ts'

/** `open`: nothing is held for it. `held`: a code is held or being exchanged. `completed`: there is a connection. */
export type ConnectSessionState = 'open' | 'held' | 'completed'

export interface SessionProgress {
  readonly state: ConnectSessionState
  /** The attempt that was noted last, also one that has failed. `null`: none, or it is no longer stored. */
  readonly attempt: Attempt | null
  /** The connection that came of it. */
  readonly connection: string | null
}

export interface SessionProgressReader {
  of(row: ConnectSessionRow): Promise<SessionProgress>
  /** Notes the connection that came of a session. The first one stays. */
  noteConnected(id: string, connection: string): Promise<void>
}

export function createSessionProgress({
  attempts,
  sessions,
}: {
  readonly attempts: Pick<AttemptRecords, 'get'>
  readonly sessions: Pick<ConnectSessionRecords, 'get' | 'update'>
}): SessionProgressReader {
  async function noteConnected(id: string, connected: string): Promise<void> {
    for (;;) {
      const row = await sessions.get(id)
      if (!row || row.connected !== null || (await sessions.update(id, row.revision, { connected }))) return
    }
  }

  return {
    noteConnected,
    async of(row) {
      if (row.connected !== null) return { state: 'completed', attempt: null, connection: row.connected }
      const attempt = row.attempt === null ? null : await attempts.get(row.attempt)
      const { outcome } = attempt ?? {}
      if (outcome && 'connection' in outcome) {
        await noteConnected(row.id, outcome.connection)
        return { state: 'completed', attempt, connection: outcome.connection }
      }
      return { state: attempt && !isOver(attempt) ? 'held' : 'open', attempt, connection: null }
    },
  }
}

/** Whether no connection can come of an attempt any more. */
export function isOver({ outcome, phase, expiresAt, readAt }: Attempt): boolean {
  return (outcome !== null && 'error' in outcome) || (phase === 'held' && expiresAt <= readAt)
}

export function hasExpired({ expiresAt, readAt }: ConnectSessionRow): boolean {
  return expiresAt <= readAt
}
