// The budget of a limit that the provider's headers describe: what is left of it, and when the next call may start. It
// never uses what other users of the same account may have used meanwhile: if unsure, it lets one call go, and the
// others wait for its response. The rules and their measurements are in docs/decisions/governor.md; each formula here
// names its rule.

import type { RateReading } from '../core/provider.ts'
import type { Permission, RateLimit } from './fair-queue.ts'
import { createOtherUsers, type OtherUsers } from './other-users.ts'
import { createRateWindow, type RateWindow } from './rate-window.ts'

export interface HeaderBudget extends RateLimit {
  /** The response to a call came. `null`: its headers say nothing of the limit. */
  answered(reading: RateReading | null, sentAt: number, now: number, isFailure: boolean): void
  /** No response came: the call may have been counted. */
  unanswered(): void
  /** A call is over, sent or not. */
  ended(): void
  /** No call may start until then. */
  block(until: number): void
  /** Another token, with a budget of its own, is in use. */
  tokenChanged(): void
  /** The limit, as far as it is known. */
  limit(): number | null
  /** Whether all of it may be forgotten. */
  isIdle(now: number): boolean
}

/** After that time a call in flight counts as counted, or lost: it holds up the others no longer. */
const hangsAfterMs = 5_000
const unknownWaitMs = 1000
const longestExpectedWaitMs = 3_600_000

/** `hasHeaders: false`: the provider says nothing of its limits, and only its refusals count. */
export function createHeaderBudget(hasHeaders: boolean): HeaderBudget {
  const window = createRateWindow()
  const others = createOtherUsers()
  let isUnlimited = !hasHeaders
  let inFlight = 0
  let lastStartAt = 0
  let blockedUntil = 0

  const available = () => availableCalls(window, others, inFlight)

  return {
    permit(now, waiting, waitsUntil) {
      if (now < blockedUntil) return { until: blockedUntil, isCertain: true }
      if (isUnlimited) return true
      if (window.isKnown() && now >= window.endsBy()) window.forget()
      return permitWithin({ window, others, inFlight, lastStartAt }, now, waiting, waitsUntil)
    },
    started(now) {
      inFlight++
      lastStartAt = now
    },
    answered(reading, sentAt, now, isFailure) {
      if (!reading) {
        if (!window.isKnown() && !isFailure) isUnlimited = true
        window.countOne()
        return
      }
      isUnlimited = false
      const effect = window.read(reading, sentAt, now)
      if (effect === 'new_window') others.halve()
      else if (effect !== 'stale') others.observe(effect.ofOthers)
    },
    unanswered: () => window.countOne(),
    ended() {
      inFlight--
    },
    block(until) {
      blockedUntil = Math.max(blockedUntil, until)
      window.forget()
    },
    tokenChanged: () => window.forget(),
    limit: () => window.limit(),
    expectedWaitMs(now, waiting) {
      if (now < blockedUntil) return blockedUntil - now
      if (!window.isKnown()) return unknownWaitMs
      const endsBy = window.endsBy()
      if (available() < 1) return endsBy - now
      return Math.min(intervalMs(now, endsBy, available(), others) * waiting, longestExpectedWaitMs)
    },
    isIdle: (now) => inFlight === 0 && now >= blockedUntil && (!window.isKnown() || now >= window.endsBy()),
  }
}

interface BudgetState {
  readonly window: RateWindow
  readonly others: OtherUsers
  readonly inFlight: number
  readonly lastStartAt: number
}

/** Rules "Unknown", "Known", "The last of it" and "Many wait". */
function permitWithin(
  { window, others, inFlight, lastStartAt }: BudgetState,
  now: number,
  waiting: number,
  waitsUntil: number,
): Permission {
  const hangsAt = lastStartAt + hangsAfterMs
  const isHanging = now >= hangsAt
  const afterResponse: Permission = { until: hangsAt, isCertain: false }
  if (!window.isKnown()) return inFlight === 0 || isHanging || afterResponse
  const endsBy = window.endsBy()
  if (window.remaining() - reserve(window, others) < 1) return { until: endsBy, isCertain: true }
  const available = availableCalls(window, others, inFlight)
  if (available < 1) return isHanging ? { until: endsBy, isCertain: false } : afterResponse
  if (inFlight >= mostInFlight(window, others, now) && !isHanging) return afterResponse
  // Few wait: a half of what is available, down to a quarter where others use the account too.
  if (waiting <= available / (2 + 2 * Math.min(1, others.average()))) return true
  // Spread over the rest of the window, or over the time that the most patient call waits if that is shorter.
  const until = Math.min(endsBy, Math.max(now, waitsUntil))
  const next = lastStartAt + intervalMs(now, until, available, others)
  return now >= next || { until: Math.min(next, endsBy), isCertain: false }
}

/**
 * Rule "The last of it": calls left alone for users that do not know yet that the budget ends. At least 2, or one more
 * than others lately made between two of ours; at most half of the limit.
 */
function reserve(window: RateWindow, others: OtherUsers): number {
  return Math.min(Math.max(2, Math.ceil(1 + others.most())), Math.ceil((window.limit() ?? 0) / 2))
}

/** What may still be started: what is left, less what is in flight, less the reserve. */
function availableCalls(window: RateWindow, others: OtherUsers, inFlight: number): number {
  return window.remaining() - inFlight - reserve(window, others)
}

/**
 * Rule "Known": at most an eighth of what is left is in flight at once, less where others are seen. A window begins
 * with one call, and each reading allows one more; a stale reading allows one.
 */
function mostInFlight(window: RateWindow, others: OtherUsers, now: number): number {
  if (!window.isFresh(now)) return 1
  const share = Math.floor(window.remaining() / (8 + 4 * others.average()))
  return Math.max(1, Math.min(1 + window.readings(), share))
}

/**
 * Rule "Many wait": the milliseconds between two calls, if what is available is spread evenly until then, with room for
 * the calls of others between.
 */
function intervalMs(now: number, until: number, available: number, others: OtherUsers): number {
  return ((until - now) / Math.max(1, available)) * (1 + others.average())
}
