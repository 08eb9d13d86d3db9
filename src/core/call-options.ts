// The options that every call of a provider's API takes, beside those of the standard `fetch`.

import type { PagesInit } from './calls.ts'
import { amount, type Checks, flag, optional, signal } from './check.ts'

const milliseconds = optional(amount(0, undefined, 'milliseconds'))

export const callOptionChecks: Checks<Omit<PagesInit, 'from' | 'headers'>> = {
  deadlineMs: milliseconds,
  maxWaitMs: milliseconds,
  background: optional(flag),
  caller: optional((value) => (typeof value === 'string' ? null : 'must be a name')),
  latestSendMs: milliseconds,
  signal: optional(signal),
}

/** Most calls have none, and nothing to check. */
export const noOptions: Readonly<Record<never, never>> = Object.freeze({})
