// Whether a sweep may believe the store's clock. A clock that is a month ahead for a moment would delete what must be
// kept for a month, so the clock must have been seen to run for an hour without a step.

import { longestSweepGapMs, steadyForMs } from '../../../core/store/wrong-clock.ts'
import type { SweepKind, Tables } from './tables.ts'

/** Notes that a sweep has looked at the clock. */
export function isSteady({ steady }: Tables, kind: SweepKind, at: number): boolean {
  const last = steady.get(kind)
  const since = last && at >= last.at && at <= last.at + longestSweepGapMs ? last.since : at
  steady.set(kind, { since, at })
  return at - since >= steadyForMs
}
