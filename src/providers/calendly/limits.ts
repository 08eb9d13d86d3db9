// Calendly's limits: one per user and minute, which headers report, and others for bookings, which no header reports.

import type { RateLimits, RateReading } from '../../core/provider.ts'
import { readingOf } from '../definition/limits.ts'

/** The plan of the accounts in which bookings are made. */
export type BookingLimits = 'free' | 'trial' | 'paid' | 'enterprise'

const minute = 60
const day = 86_400

/** `POST /invitees` per user, since April 2026. On the free plan (since November 2026) the number is not published. */
const bookings: Readonly<Record<BookingLimits, readonly { calls: number; seconds: number }[]>> = {
  free: [],
  trial: [{ calls: 5, seconds: day }],
  paid: [
    { calls: 10, seconds: minute },
    { calls: 50, seconds: 60 * minute },
    { calls: 100, seconds: day },
  ],
  enterprise: [{ calls: 500, seconds: minute }],
}

export const bookingPlans: readonly string[] = Object.keys(bookings)

/**
 * Returns the limits of accounts with that plan. The general one is the user's, so a refreshed token changes nothing.
 *
 * @see {@link https://developer.calendly.com/api-docs/overview/rate-limits Rate limits}
 */
export function limitsOf(plan: BookingLimits): RateLimits {
  return {
    read,
    perToken: false,
    block: 0,
    special: [{ method: 'POST', path: '/invitees', spans: bookings[plan] }],
  }
}

/**
 * `X-RateLimit-Reset` is documented as the seconds that are left; recorded responses had 60 at any second of the
 * window. Read as seconds left, that makes a caller wait longer than necessary, never too short.
 */
function read(headers: Headers): RateReading | null {
  return readingOf(headers, 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset')
}
