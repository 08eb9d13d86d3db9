// Spaces the calls of each grant within the provider's limits, and shares them fairly among its callers. It knows only
// what this process has read in the provider's responses, so several replicas settle without a shared counter
// (docs/decisions/governor.md).

import type { Clock } from '../core/clock.ts'
import type { KnownBudget } from '../core/connection-limits.ts'
import { PunctualError } from '../core/errors.ts'
import {
  dismiss,
  forgetEnded,
  type GrantLimits,
  newGrantLimits,
  type Turn,
  type TurnRequest,
  takeTurn,
} from './grant-limits.ts'
import { knownOf } from './header-budget.ts'
import { limitClock } from './limit-clock.ts'
import { createLookAgain } from './look-again.ts'

export interface Governor {
  /**
   * Returns the turn of a call that may start at once, or the promise of a turn.
   *
   * @throws {PunctualError} `rate_limited` when no turn can come in time; the signal's reason when it is aborted.
   */
  turn(request: TurnRequest): Turn | Promise<Turn>
  /** Forgets the grants whose limits have ended: `most` at most. */
  forget(most?: number): void
  /** Refuses all waiting calls, and every call that would have to wait, until `open`. */
  close(): void
  open(): void
  /** What is known of the calls that a grant has left; `null`: nothing. */
  budgetOf(grant: string): KnownBudget | null
  /** Grants that are remembered. */
  size(): number
}

/** A grant with calls under way is looked at again after so long. */
const inUseMs = 60_000
/** Each turn forgets more than it adds, so that the memory shrinks faster than it grows. */
const forgottenPerTurn = 4

export function createGovernor(machineClock: Clock): Governor {
  const clock = limitClock(machineClock)
  const grants = new Map<string, GrantLimits>()
  const lookAgain = createLookAgain()
  let isClosed = false

  function limitsOf({ grant, provider }: TurnRequest): GrantLimits {
    const known = grants.get(grant)
    if (known) return known
    const limits = newGrantLimits(provider)
    grants.set(grant, limits)
    lookAgain.at(grant, clock.monotonic() + inUseMs)
    return limits
  }

  function forget(most = Number.POSITIVE_INFINITY): void {
    const now = clock.monotonic()
    for (let looked = 0; looked < most; looked++) {
      const id = lookAgain.next(now)
      if (id === null) return
      const limits = grants.get(id)
      const endsAt = limits ? forgetEnded(limits, now) : now
      if (endsAt <= now) grants.delete(id)
      else lookAgain.at(id, Number.isFinite(endsAt) ? endsAt : now + inUseMs)
    }
  }

  async function turnWithoutWaiting(request: TurnRequest): Promise<Turn> {
    try {
      return await takeTurn(clock, limitsOf(request), { ...request, maxWaitMs: 0 })
    } catch (error) {
      throw error instanceof PunctualError ? stopping() : error
    }
  }

  return {
    turn(request) {
      forget(forgottenPerTurn)
      return isClosed ? turnWithoutWaiting(request) : takeTurn(clock, limitsOf(request), request)
    },
    forget,
    close() {
      isClosed = true
      for (const limits of grants.values()) dismiss(limits, stopping())
    },
    open() {
      isClosed = false
    },
    budgetOf(grant) {
      const limits = grants.get(grant)
      const known = limits ? knownOf(limits, clock.monotonic()) : null
      if (!known) return null
      const { limit, remaining, endsInMs, blockedMs } = known
      const at = (ms: number | null) => (ms === null ? null : new Date(clock.now() + ms))
      return { limit, remaining, resetsAt: at(endsInMs), blockedUntil: at(blockedMs) }
    },
    size: () => grants.size,
  }
}

function stopping(): PunctualError {
  const message = 'Punctual is stopping, and the call was still waiting for its turn. It was not sent.'
  return new PunctualError('rate_limited', message, { reason: 'stopping', retryable: true, retryAfterMs: 1000 })
}
