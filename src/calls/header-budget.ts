// What is left of a limit, as the provider's answers tell, and when the next call may go. It never takes what other users
// of the same account may have taken meanwhile: in doubt one call goes, and the others wait for its answer.

import type { RateReading } from '../core/provider.ts'

/** `true`: it may go. Else when to ask again, in ms since 1970; `Infinity`: once a call has been answered. */
export type Room =
  | true
  | { readonly until: number /** Whether nothing can go before that. */; readonly certain: boolean }

export interface HeaderBudget {
  /** Whether one more call may go, with so many waiting, none of them for longer than until then. */
  room(now: number, waiting: number, patience: number): Room
  /** A call has gone. */
  taken(now: number): void
  /** Its answer came. */
  answered(reading: RateReading | null, sentAt: number, now: number, failed: boolean): void
  /** No answer came: it may have been counted. */
  lost(): void
  /** It is over, sent or not. */
  done(): void
  /** Nothing may go until then. */
  block(until: number): void
  /** Another token, with a budget of its own, is in use. */
  renew(): void
  /** The limit, as far as it is known. */
  limit(): number | null
  /** Ms that the last of so many who wait has to expect. */
  expect(now: number, waiting: number): number
  /** Whether all of it may be forgotten. */
  isIdle(now: number): boolean
}

/** Ms after which a reading says too little for more than one call in flight. */
const stale = 5_000
/** Ms after which a call in flight is taken for counted, or lost. */
const slow = 5_000
/** The weight of the newest reading in the estimate of others' use. */
const weight = 0.2
const mostSeen = 16
const mostReserved = 8

/** `governed: false`: the provider tells nothing, and only blocks count. */
export function createHeaderBudget(governed: boolean): HeaderBudget {
  let known = false
  let free = !governed
  let limit: number | null = null
  /** The lowest reading of the window: what is left, but for the calls in flight. */
  let low = 0
  /** The window ends between the two. */
  let endsAfter = 0
  let endsBefore = 0
  let readAt = 0
  let seen = 0
  let wentAt = 0
  let inFlight = 0
  let blockedUntil = 0
  /** Calls of others for each of ours, as seen from here; negative by chance. */
  let drift = 0
  /** Most calls of others between two of ours, lately. */
  let crowd = 0

  const others = () => Math.max(0, drift)
  /** Left for whoever else has not heard of the end yet. */
  const reserve = () => Math.min(Math.max(2, Math.ceil(1 + Math.max(others(), crowd))), Math.ceil((limit ?? 0) / 2))
  const spare = () => low - inFlight - reserve()
  /** Ms between two calls, if what is left is spread until then. */
  const interval = (now: number, until: number) =>
    ((Math.min(endsBefore, Math.max(now, until)) - now) / Math.max(1, spare())) * (1 + others())

  return {
    room(now, waiting, patience) {
      if (now < blockedUntil) return { until: blockedUntil, certain: true }
      if (free) return true
      if (known && now >= endsBefore) known = false
      // A call that hangs holds up the others only so long.
      const hangs = now >= wentAt + slow
      const answer = { until: wentAt + slow, certain: false }
      if (!known) return inFlight === 0 || hangs || answer
      if (low - reserve() < 1) return { until: endsBefore, certain: true }
      if (spare() < 1) return hangs ? { until: endsBefore, certain: false } : answer
      const fresh = now - readAt <= stale
      const together = fresh ? Math.max(1, Math.min(1 + seen, Math.floor(low / (8 + 4 * others())))) : 1
      if (inFlight >= together && !hangs) return answer
      if (waiting <= spare() / (2 + 2 * Math.min(1, others()))) return true
      const next = wentAt + interval(now, patience)
      return now >= next || { until: Math.min(next, endsBefore), certain: false }
    },
    taken(now) {
      inFlight++
      wentAt = now
    },
    answered(reading, sentAt, now, failed) {
      if (!reading) {
        if (!known && !failed) free = true
        low--
        return
      }
      free = false
      const from = sentAt + (reading.reset - 1) * 1000
      const to = now + Math.max(1, reading.reset) * 1000
      // An answer of a window that is over tells nothing of this one.
      if (known && to < endsAfter) return
      if (known && from <= endsBefore) {
        const left = Math.min(low, reading.remaining)
        const between = Math.min(low - left - 1, mostSeen)
        drift += weight * (between - drift)
        crowd = Math.max(crowd, Math.min(between, mostReserved))
        low = left
        endsAfter = Math.max(endsAfter, from)
        endsBefore = Math.min(endsBefore, to)
      } else {
        drift /= 2
        crowd /= 2
        seen = 0
        low = reading.remaining
        endsAfter = from
        endsBefore = to
      }
      known = true
      limit = reading.limit
      readAt = now
      seen++
    },
    lost() {
      low--
    },
    done() {
      inFlight--
    },
    block(until) {
      blockedUntil = Math.max(blockedUntil, until)
      known = false
    },
    renew() {
      known = false
    },
    limit: () => limit,
    expect(now, waiting) {
      if (now < blockedUntil) return blockedUntil - now
      if (!known) return 1000
      return spare() < 1 ? endsBefore - now : Math.min(interval(now, endsBefore) * waiting, 3_600_000)
    },
    isIdle: (now) => inFlight === 0 && now >= blockedUntil && (!known || now >= endsBefore),
  }
}
