// Stored times that cannot have been written by a right clock: they were written while the clock was wrong, and count
// as reached.

/** The time, or `now` for one that is further ahead than `span`. */
export function believedTime(time: number, now: number, span: number): number {
  return time > now + span ? now : time
}

/** Whether a time of the past is at least `age` ms away. A time that is as far ahead counts too. */
export function isPast(time: number, now: number, age: number): boolean {
  return Math.abs(now - time) >= Math.round(age)
}

/** A right clock may be corrected by this much. */
export const clockCorrectionMs = 60_000

/** What counts as the age of something whose age is not known: no token set lives for ten years. */
export const unknownAgeMs: number = 10 * 365 * 86_400_000

/**
 * Ms since the time `written`. `null` where it lies ahead: a wrong clock wrote it, or this one is wrong, so that its age
 * is not known.
 */
export function ageOf(written: number, now: number): number | null {
  const ms = now - written
  return ms < -clockCorrectionMs ? null : Math.max(0, ms)
}

/**
 * Whether the times of a stored token set lie further ahead than it was given for: a wrong clock wrote them. Then its age is not
 * known.
 */
export function isDatedAhead({
  expiresAt,
  lifetimeMs,
  readAt,
}: {
  readonly expiresAt: number
  readonly lifetimeMs: number | null
  readonly readAt: number
}): boolean {
  return lifetimeMs !== null && expiresAt - readAt > lifetimeMs + clockCorrectionMs
}

/** How long a clock must have run without a step before a sweep believes it. */
export const steadyForMs = 3_600_000

/** The longest time between two sweeps: a longer gap counts as a step of the clock. */
export const longestSweepGapMs = 86_400_000
