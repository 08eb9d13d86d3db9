// Spaces the calls of each grant within the provider's limits, and shares them fairly among its callers. It knows only
// what this process has read in the provider's responses, so several replicas settle without a shared counter
// (docs/decisions/governor.md).

import { PunctualError } from '../core/errors.ts'
import { createGrantLimits, type GrantLimits, type Turn, type TurnRequest } from './grant-limits.ts'
import type { MonotonicClock } from './monotonic-clock.ts'

export interface Governor {
  /** @throws {PunctualError} `rate_limited` when no turn can come in time; the signal's reason when it is aborted. */
  turn(request: TurnRequest): Promise<Turn>
  /** Refuses all waiting calls, and every call that would have to wait, until `open`. */
  close(): void
  open(): void
  /** Grants that are remembered. */
  size(): number
}

export function createGovernor(clock: MonotonicClock): Governor {
  /** The longest unused first. */
  const grants = new Map<string, GrantLimits>()
  let isClosed = false

  function limitsOf({ grant, provider }: TurnRequest): GrantLimits {
    const known = grants.get(grant)
    if (known) grants.delete(grant)
    else forgetTwo()
    const limits = known ?? createGrantLimits(clock, provider)
    grants.set(grant, limits)
    return limits
  }

  /** Every new grant checks the two that were unused longest, so that the memory shrinks as fast as it grows. */
  function forgetTwo(): void {
    let checked = 0
    for (const [id, limits] of grants) {
      if (checked++ === 2) return
      grants.delete(id)
      if (!limits.isIdle(clock.monotonic())) grants.set(id, limits)
    }
  }

  return {
    async turn(request) {
      if (!isClosed) return limitsOf(request).turn(request)
      return limitsOf(request)
        .turn({ ...request, maxWaitMs: 0 })
        .catch((error: unknown) => {
          throw error instanceof PunctualError ? stopping() : error
        })
    },
    close() {
      isClosed = true
      for (const limits of grants.values()) limits.dismiss(stopping())
    },
    open() {
      isClosed = false
    },
    size: () => grants.size,
  }
}

function stopping(): PunctualError {
  const message = 'Punctual is stopping, and the call was still waiting for its turn. It was not sent.'
  return new PunctualError('rate_limited', message, { reason: 'stopping', retryable: true, retryAfterMs: 1000 })
}
