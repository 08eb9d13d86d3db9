// Completes a connect session. Another attempt takes the place of the one that it holds only once that one can no longer lead
// to a connection: one connection comes of a session.

import { PunctualError } from '../core/errors.ts'
import { connectSessionNotFound } from '../core/not-found.ts'
import type { ConnectSessionRow } from '../core/store/connect-sessions.ts'
import type { ConnectSessionRecords } from '../records/connect-sessions.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import { type CompleteAttempt, refused, refusedToAnother } from './complete-attempt.ts'
import { hasExpired, type SessionProgressReader } from './connect-session-progress.ts'
import { repairable } from './connect-session-request.ts'

export interface CompleteSessionDependencies {
  readonly sessions: Pick<ConnectSessionRecords, 'get'>
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly progress: SessionProgressReader
  readonly completeAttempt: CompleteAttempt
}

/** Completes the attempt that is held for a session. Returns the connection's id, the same each time. */
export function createCompleteSession(
  dependencies: CompleteSessionDependencies,
): (id: string, owner: string) => Promise<string> {
  const { sessions, connections, progress, completeAttempt } = dependencies
  return async (id, owner) => {
    const row = await sessions.get(id)
    if (!row) throw connectSessionNotFound()
    if (row.owner !== owner) throw refusedToAnother()
    return completeRow(row, owner)
  }

  async function completeRow(row: ConnectSessionRow, owner: string): Promise<string> {
    const { state, attempt, connection } = await progress.of(row)
    if (connection !== null) return connection
    // A code that has left is heard to its end.
    const hasLeft = attempt !== null && attempt.phase !== 'held'
    if (hasExpired(row) && !hasLeft) throw connectSessionNotFound()
    if (!attempt) throw row.attempt === null ? notBack() : refused('expired', 'This took too long. Begin again.')
    if (row.connection !== null && state === 'held' && !hasLeft) await repairable(connections, row.connection, owner)
    try {
      const made = await completeAttempt(attempt, owner)
      await progress.noteConnected(row.id, made)
      return made
    } catch (error) {
      // The person chose again right before the code left: that choice counts.
      const isReplaced = error instanceof PunctualError && error.reason === 'replaced'
      const current = isReplaced ? await sessions.get(row.id) : null
      if (!current || current.attempt === row.attempt) throw error
      return completeRow(current, owner)
    }
  }
}

function notBack(): PunctualError {
  return refused('open', 'Nobody has come back from the provider with this session yet.')
}
