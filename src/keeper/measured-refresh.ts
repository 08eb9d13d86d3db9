// Measures the refreshes: how long each took, and how it ended. A Punctual that measures nothing refreshes without this.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Measure, RefreshOutcome } from '../core/measure.ts'
import type { Refresh } from './refresh.ts'
import type { RefreshResult } from './refresh-result.ts'

/** Returns the same function, measured. */
export function measuredRefresh(refresh: Refresh, measure: Measure, clock: Pick<Clock, 'monotonic'>): Refresh {
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
      note(outcomeOf(result))
      return result
    } catch (error) {
      const isOfStore = error instanceof PunctualError && error.code === 'store_unavailable'
      note(isOfStore ? 'store_unavailable' : 'fault')
      throw error
    }
  }
}

/** Reasons with which a refresh ends before anything was sent. */
const unsent: ReadonlySet<string> = new Set(['leased', 'cooling', 'moved', 'journaled', 'client_suspected', 'too_late'])

function outcomeOf(result: RefreshResult): RefreshOutcome {
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
