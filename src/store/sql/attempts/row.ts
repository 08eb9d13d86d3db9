// An attempt's row as it is read.

import type { Selectable } from 'kysely'
import type { AttemptOutcome, AttemptRow } from '../../../core/store/attempts.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import { listOf, objectOf } from '../engine/json.ts'
import type { AttemptTable } from '../engine/tables.ts'

export function read(row: Selectable<AttemptTable> & { read_at: number }): AttemptRow {
  return {
    id: row.id,
    client: row.client,
    owner: row.owner,
    returnTo: row.return_to,
    stateHash: row.state_hash,
    nonceHash: row.nonce_hash,
    verifier: row.verifier,
    scopes: listOf(row.scopes),
    reconnect: row.reconnect,
    anotherAccount: row.another_account === 1,
    session: row.session,
    phase: row.phase,
    code: row.code,
    answer: row.answer,
    outcome: outcomeOf(row.outcome),
    createdAt: row.created_at,
    expiresAt: believedTime(row.expires_at, row.read_at, longestSpans.attempt),
    movedAt: row.moved_at,
    readAt: row.read_at,
  }
}

function outcomeOf(text: string | null): AttemptOutcome | null {
  if (text === null) return null
  const { connection, error, reason = null } = objectOf<{ connection: string; error: string; reason: string }>(text)
  if (connection !== undefined) return { connection }
  return error === undefined ? null : { error, reason }
}
