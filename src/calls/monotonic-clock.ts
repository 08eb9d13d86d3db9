// The clock that limits are kept by: they are spans of time, so its `now` is the monotonic time.

import type { Clock } from '../core/clock.ts'

export type MonotonicClock = Pick<Clock, 'now' | 'sleep'>
