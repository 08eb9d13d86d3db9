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

/** How long a clock must have run without a step before a sweep believes it. */
export const steadyForMs = 3_600_000

/** The longest time between two sweeps: a longer gap counts as a step of the clock. */
export const longestSweepGapMs = 86_400_000
