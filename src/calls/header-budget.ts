// The budget of a limit that the provider's headers describe: what is left of it, and when the next call may start. It
// never uses what other users of the same account may have used meanwhile: if unsure, it lets one call go, and the
// others wait for its response. The rules and their measurements are in docs/decisions/governor.md; each formula here
// names its rule.

import type { RateReading } from '../core/provider.ts'
import type { Permission, RateLimit } from './fair-queue.ts'
import { averageOfOthers, halve, mostOfOthers, noOthers, type OtherUsers, observe } from './other-users.ts'
import { isFresh, type RateWindow, read, unknownWindow } from './rate-window.ts'

/** One flat record, since one is kept for every grant that was lately called. */
export interface HeaderBudget extends RateWindow, OtherUsers {
  isUnlimited: boolean
  inFlight: number
  lastStartAt: number
  /** No call may start until then. */
  blockedUntil: number
}

export interface WindowLeft {
  readonly limit: number | null
  readonly remaining: number | null
  readonly endsInMs: number | null
  readonly blockedMs: number | null
}

/** After that time a call in flight counts as counted, or lost: it holds up the others no longer. */
const hangsAfterMs = 5_000
const unknownWaitMs = 1000
const longestExpectedWaitMs = 3_600_000

/** `hasHeaders: false`: the provider says nothing of its limits, and only its refusals count. */
export function newBudget(hasHeaders: boolean): HeaderBudget {
  return { ...unknownWindow, ...noOthers, isUnlimited: !hasHeaders, inFlight: 0, lastStartAt: 0, blockedUntil: 0 }
}

/** The budget as a limit that calls are kept within. */
export function limitOf(budget: HeaderBudget): RateLimit {
  return {
    permit(now, waiting, waitsUntil) {
      if (now < budget.blockedUntil) return { until: budget.blockedUntil, isCertain: true }
      if (budget.isUnlimited) return true
      if (budget.isKnown && now >= budget.latestEnd) budget.isKnown = false
      return permitWithin(budget, now, waiting, waitsUntil)
    },
    started(now) {
      budget.inFlight++
      budget.lastStartAt = now
    },
    expectedWaitMs(now, waiting) {
      if (now < budget.blockedUntil) return budget.blockedUntil - now
      if (!budget.isKnown) return unknownWaitMs
      const available = availableCalls(budget)
      if (available < 1) return budget.latestEnd - now
      return Math.min(intervalMs(budget, now, budget.latestEnd, available) * waiting, longestExpectedWaitMs)
    },
  }
}

/** The response to a call came. `null`: its headers say nothing of the limit. */
export function countAnswered(
  budget: HeaderBudget,
  reading: RateReading | null,
  sentAt: number,
  now: number,
  isFailure: boolean,
): void {
  if (!reading) {
    if (!budget.isKnown && !isFailure) budget.isUnlimited = true
    budget.remaining--
    return
  }
  budget.isUnlimited = false
  const effect = read(budget, reading, sentAt, now)
  if (effect === 'new_window') halve(budget)
  else if (effect !== 'stale') observe(budget, effect.ofOthers)
}

/** No response came: the call may have been counted. */
export function countUnanswered(budget: HeaderBudget): void {
  budget.remaining--
}

/** What is known of the budget, in ms from now; `null`: nothing. */
export function knownOf(budget: HeaderBudget, now: number): WindowLeft | null {
  const blockedMs = budget.blockedUntil > now ? budget.blockedUntil - now : null
  if (!budget.isKnown || now >= budget.latestEnd)
    return blockedMs === null ? null : { limit: budget.limit, remaining: null, endsInMs: null, blockedMs }
  const remaining = Math.max(0, budget.remaining - budget.inFlight)
  return { limit: budget.limit, remaining, endsInMs: budget.latestEnd - now, blockedMs }
}

/** No call may start until then. */
export function block(budget: HeaderBudget, until: number): void {
  budget.blockedUntil = Math.max(budget.blockedUntil, until)
  budget.isKnown = false
}

/** When all of it may be forgotten; `Infinity` while a call is in flight. */
export function budgetEndsAt({ inFlight, blockedUntil, isKnown, latestEnd }: HeaderBudget): number {
  if (inFlight > 0) return Number.POSITIVE_INFINITY
  return isKnown ? Math.max(blockedUntil, latestEnd) : blockedUntil
}

/** Rules "Unknown", "Known", "The last of it" and "Many wait". */
function permitWithin(budget: HeaderBudget, now: number, waiting: number, waitsUntil: number): Permission {
  const { inFlight, latestEnd: endsBy } = budget
  const hangsAt = budget.lastStartAt + hangsAfterMs
  const isHanging = now >= hangsAt
  const afterResponse: Permission = { until: hangsAt, isCertain: false }
  if (!budget.isKnown) return inFlight === 0 || isHanging || afterResponse
  if (budget.remaining - reserve(budget) < 1) return { until: endsBy, isCertain: true }
  const available = availableCalls(budget)
  if (available < 1) return isHanging ? { until: endsBy, isCertain: false } : afterResponse
  if (inFlight >= mostInFlight(budget, now) && !isHanging) return afterResponse
  // Few wait: a half of what is available, down to a quarter where others use the account too.
  if (waiting <= available / (2 + 2 * Math.min(1, averageOfOthers(budget)))) return true
  // Spread over the rest of the window, or over the time that the most patient call waits if that is shorter.
  const until = Math.min(endsBy, Math.max(now, waitsUntil))
  const next = budget.lastStartAt + intervalMs(budget, now, until, available)
  return now >= next || { until: Math.min(next, endsBy), isCertain: false }
}

/**
 * Rule "The last of it": calls left alone for users that do not know yet that the budget ends. At least 2, or one more
 * than others lately made between two of ours; at most half of the limit.
 */
function reserve(budget: HeaderBudget): number {
  return Math.min(Math.max(2, Math.ceil(1 + mostOfOthers(budget))), Math.ceil((budget.limit ?? 0) / 2))
}

/** What may still be started: what is left, less what is in flight, less the reserve. */
function availableCalls(budget: HeaderBudget): number {
  return budget.remaining - budget.inFlight - reserve(budget)
}

/**
 * Rule "Known": at most an eighth of what is left is in flight at once, less where others are seen. A window begins
 * with one call, and each reading allows one more; a stale reading allows one.
 */
function mostInFlight(budget: HeaderBudget, now: number): number {
  if (!isFresh(budget, now)) return 1
  const share = Math.floor(budget.remaining / (8 + 4 * averageOfOthers(budget)))
  return Math.max(1, Math.min(1 + budget.readings, share))
}

/**
 * Rule "Many wait": the milliseconds between two calls, if what is available is spread evenly until then, with room for
 * the calls of others between.
 */
function intervalMs(budget: HeaderBudget, now: number, until: number, available: number): number {
  return ((until - now) / Math.max(1, available)) * (1 + averageOfOthers(budget))
}
