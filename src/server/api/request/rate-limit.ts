// How many requests an API key may make in a minute, counted in this process. The headers are those of
// draft-ietf-httpapi-ratelimit-headers.

import type { Clock } from '../../../core/clock.ts'
import { ApiError } from './problem.ts'

const windowMs = 60_000

interface Window {
  readonly endsAt: number
  requests: number
}

/** Counts a request of that key and sets the headers. @throws {ApiError} `too_many_requests` */
export type RateLimit = (key: string, headers: Headers) => void

export function createRateLimit(clock: Pick<Clock, 'monotonic'>, requestsPerMinute: number): RateLimit {
  const windows = new Map<string, Window>()
  let sweepAt = 0

  function windowOf(key: string, now: number): Window {
    const open = windows.get(key)
    if (open && open.endsAt > now) return open
    const window = { endsAt: now + windowMs, requests: 0 }
    windows.set(key, window)
    return window
  }

  function sweep(now: number): void {
    if (now < sweepAt) return
    sweepAt = now + windowMs
    for (const [key, { endsAt }] of windows) if (endsAt <= now) windows.delete(key)
  }

  return (key, headers) => {
    const now = clock.monotonic()
    sweep(now)
    const window = windowOf(key, now)
    window.requests++
    const leftMs = window.endsAt - now
    const remaining = Math.max(0, requestsPerMinute - window.requests)
    headers.set('ratelimit-policy', `"default";q=${requestsPerMinute};w=${windowMs / 1000}`)
    headers.set('ratelimit', `"default";r=${remaining};t=${Math.ceil(leftMs / 1000)}`)
    if (window.requests <= requestsPerMinute) return
    const sentence = `This API key may make ${requestsPerMinute} requests in a minute. Wait for ${Math.ceil(leftMs / 1000)} s.`
    throw new ApiError('too_many_requests', sentence, { retryAfterMs: Math.ceil(leftMs) })
  }
}
