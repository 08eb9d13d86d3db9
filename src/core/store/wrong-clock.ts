// What becomes of a stored time that the clock it is judged by cannot have led to: it was written while the clock was
// wrong, and counts as reached.

/** The time, or `now` for one that lies further ahead than `span`. */
export function believedTime(time: number, now: number, span: number): number {
  return time > now + span ? now : time
}

/** Whether a time of the past is at least `age` ms away. One that is as far ahead counts too. */
export function isPast(time: number, now: number, age: number): boolean {
  return Math.abs(now - time) >= Math.round(age)
}

/** Ms that a clock must have run without a step before a sweep believes it. */
export const steadyForMs = 3_600_000

/** The longest that a sweep may stay away, in ms: a longer gap is a step of the clock. */
export const longestSweepGapMs = 86_400_000
