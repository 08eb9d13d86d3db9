// The virtual clock: real (or injected) time plus an offset that a person or a test changes.
// The offset lives in the state, so that it survives a restart together with the tokens that were issued under it.

/** The clock that a test controls. */
export interface SandboxClock {
  /** Milliseconds since the epoch, as the providers see them. */
  now(): number
  /** Moves the clock by a number of seconds; a negative number moves it back. */
  advance(seconds: number): void
  /** Sets the clock: milliseconds since the epoch, or an ISO date. */
  set(time: number | string): void
}

/** Creates the clock over the place where its offset (milliseconds) is kept. */
export function createClock(
  real: () => number,
  offset: { get(): number; set(milliseconds: number): void },
): SandboxClock {
  const now = (): number => real() + offset.get()
  return {
    now,
    advance(seconds) {
      if (!Number.isFinite(seconds)) throw new TypeError('clock.advance takes a number of seconds.')
      offset.set(offset.get() + seconds * 1000)
    },
    set(time) {
      const wanted = typeof time === 'number' ? time : Date.parse(time)
      if (!Number.isFinite(wanted)) throw new TypeError('clock.set takes milliseconds or an ISO date.')
      offset.set(wanted - real())
    },
  }
}

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400 }

/** Reads a span: a number of seconds, or such as `30s`, `30m`, `3h`, `2d`, `-1h`. Null when it is neither. */
export function parseSpan(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  const match = typeof value === 'string' ? /^([+-]?\d+(?:\.\d+)?)([smhd]?)$/.exec(value.trim()) : null
  return match === null ? null : Number(match[1]) * (units[match[2] || 's'] ?? 1)
}
