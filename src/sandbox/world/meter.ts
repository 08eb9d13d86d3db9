// Counts requests for the rate limits: in fixed windows with an optional block, and in a sliding window.
// Windows that have passed are deleted, so that it does not grow.

/** What one hit of a fixed window says: the numbers of the three rate limit headers. */
export interface Reading {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Whole seconds until the window, or the block, ends. */
  readonly reset: number
}

/** How many hits are allowed within how much time. */
interface Rate {
  readonly limit: number
  readonly windowMs: number
}

/** The counters of all limits. */
export interface Meter {
  /** `blockMs`: how long a key is blocked once it exceeds the limit; default 0. */
  hit(key: string, now: number, rate: Rate & { readonly blockMs?: number }): Reading
  /** Whether one more would exceed `limit` within any span of `windowMs`; counts it when it does not. */
  slide(key: string, now: number, rate: Rate): { allowed: boolean; reset: number }
  clear(): void
}

interface Window {
  count: number
  endsAt: number
  blocked: boolean
}

/** Creates an empty meter. */
export function createMeter(): Meter {
  const windows = new Map<string, Window>()
  const spans = new Map<string, number[]>()

  const hit: Meter['hit'] = (key, now, { limit, windowMs, blockMs = 0 }) => {
    let window = windows.get(key)
    // A clock that was set back must not leave a window that never ends.
    if (window === undefined || now >= window.endsAt || window.endsAt - now > Math.max(windowMs, blockMs)) {
      if (windows.size > 5_000) dropPassed(windows, now)
      window = { count: 0, endsAt: now + windowMs, blocked: false }
      windows.set(key, window)
    }
    window.count += 1
    const allowed = !window.blocked && window.count <= limit
    if (!allowed && !window.blocked && blockMs > 0) {
      window.blocked = true
      window.endsAt = now + blockMs
    }
    return {
      allowed,
      limit,
      remaining: allowed ? limit - window.count : 0,
      reset: Math.ceil((window.endsAt - now) / 1000),
    }
  }

  const slide: Meter['slide'] = (key, now, { limit, windowMs }) => {
    const recent = (spans.get(key) ?? []).filter((at) => at > now - windowMs && at <= now)
    const allowed = recent.length < limit
    if (allowed) recent.push(now)
    if (!spans.has(key) && spans.size > 5_000) spans.clear()
    spans.set(key, recent)
    const oldest = recent[0] ?? now
    return { allowed, reset: Math.ceil((oldest + windowMs - now) / 1000) }
  }

  const clear = (): void => {
    windows.clear()
    spans.clear()
  }

  return { hit, slide, clear }
}

function dropPassed(windows: Map<string, Window>, now: number): void {
  for (const [key, window] of windows) if (window.endsAt <= now) windows.delete(key)
}
