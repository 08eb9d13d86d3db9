// Measures the refreshes: how long each took, and how it ended.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Measure, RefreshOutcome } from '../core/measure.ts'
import type { NotedError, NoteError } from '../core/noted-error.ts'
import type { Refresh } from './refresh.ts'
import type { RefreshResult } from './refresh-result.ts'

/** Returns the same function, measured; what went wrong is noted, too. */
export function measuredRefresh(
  refresh: Refresh,
  measure: Measure,
  noteError: NoteError,
  clock: Pick<Clock, 'monotonic'>,
): Refresh {
  return async (client, grant, isWanted) => {
    const began = clock.monotonic()
    const note = (outcome: RefreshOutcome) =>
      measure({
        kind: 'refresh',
        client: client.id,
        grant: grant.id,
        outcome,
        durationMs: clock.monotonic() - began,
      })
    try {
      const result = await refresh(client, grant, isWanted)
      const outcome = outcomeOf(result)
      note(outcome)
      const failed = errors[outcome]
      if (failed) noteError({ ...failed, reason: reasonOf(result), client: client.id, connection: null })
      return result
    } catch (error) {
      const isOfStore = error instanceof PunctualError && error.code === 'store_unavailable'
      note(isOfStore ? 'store_unavailable' : 'fault')
      throw error
    }
  }
}

/** What went wrong, where the provider had a part in it. */
const errors: Readonly<Partial<Record<RefreshOutcome, Pick<NotedError, 'code' | 'message'>>>> = {
  refused: { code: 'needs_reconnect', message: 'The provider no longer honours a grant. Its owner must reconnect.' },
  unknown: {
    code: 'needs_reconnect',
    message:
      'A grant is over: its refresh token was refused after an earlier answer was lost. Its owner must reconnect.',
  },
  unavailable: {
    code: 'provider_unavailable',
    message: 'The provider gave no usable answer to a refresh. It is tried again by itself.',
  },
  misconfigured: {
    code: 'client_misconfigured',
    message: 'The provider refuses the client. Check its id, secret and scopes.',
  },
}

/** Why a refresh brought no tokens. */
export function reasonOf(result: RefreshResult): string | null {
  return 'reason' in result ? result.reason : null
}

/** Reasons with which a refresh ends before anything was sent. */
const unsent: ReadonlySet<string> = new Set(['leased', 'cooling', 'moved', 'journaled', 'client_suspected', 'too_late'])

export function outcomeOf(result: RefreshResult): RefreshOutcome {
  switch (result.kind) {
    case 'live':
      return result.issued ? 'renewed' : 'current'
    case 'over':
      return result.reason === 'outcome_unknown' ? 'unknown' : 'refused'
    case 'gone':
      return 'disconnected'
    case 'client_refused':
      return 'misconfigured'
    case 'later':
      return unsent.has(result.reason) ? 'postponed' : 'unavailable'
  }
}
