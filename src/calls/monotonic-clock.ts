// The clock by which limits are kept: they are spans of time, so a wall clock that is set must not change them.

import type { Clock } from '../core/clock.ts'

export type MonotonicClock = Pick<Clock, 'monotonic' | 'sleep'>
