// Notes an attempt as the one that counts for its connect session: of the first browser the last one, of any other none.

import type { ErrorReasons } from '../core/errors.ts'
import type { AttemptOutcome } from '../core/store/attempts.ts'
import type { ConnectSessionRow } from '../core/store/connect-sessions.ts'
import type { Attempt, AttemptRecords } from '../records/attempts.ts'
import { browserHashOf, type ConnectSessionRecords, isFirstBrowser } from '../records/connect-sessions.ts'
import type { SessionProgressReader } from './connect-session-progress.ts'

export type Failure = Extract<AttemptOutcome, { error: string }>

/** `secret`: what the first browser keeps. */
export type Arrival = { readonly secret: string } | Failure

export interface NoteAttempt {
  note(row: ConnectSessionRow, attempt: Attempt, browser: Browser): Promise<Arrival>
  noteFailure(row: ConnectSessionRow, attempt: Attempt, secret: string | null): Promise<void>
}

export function createNoteAttempt({
  sessions,
  attempts,
  progress,
}: {
  readonly sessions: Pick<ConnectSessionRecords, 'get' | 'update'>
  readonly attempts: Pick<AttemptRecords, 'get' | 'fail'>
  readonly progress: SessionProgressReader
}): NoteAttempt {
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
      if (mustEnd && !(await attempts.fail(noted.id, 'held', { error: 'attempt_refused', reason }))) continue
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

  return { note, noteFailure }
}

/** What a browser shows. */
export interface Browser {
  /** The values of all our cookies. */
  readonly shown: readonly string[]
  /** That of the attempt that it brings. */
  readonly nonce: string | null
}

/** The value by which the first browser is known; `null` in any other one. */
export function firstSecret(row: ConnectSessionRow, { shown }: Browser): string | null {
  return shown.find((value) => isFirstBrowser(row, value)) ?? null
}

export function failureOf(attempt: Attempt | null): Failure | null {
  return attempt?.outcome && 'error' in attempt.outcome ? attempt.outcome : null
}

export function refused(reason: ErrorReasons['attempt_refused']): Failure {
  return { error: 'attempt_refused', reason }
}
