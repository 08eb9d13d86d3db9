// What Cal.com answers where a fault asks for one of its refusals.

import type { FaultAnswers } from '../faults/strike.ts'
import { tooMany } from './api/limits.ts'

/** Cal.com's refusals for the faults `error_200` and `rate_limited`. */
export const calcomFaultAnswers: FaultAnswers = {
  invalidGrant: { error: 'invalid_grant', error_description: 'invalid_refresh_token' },
  rateLimited: (world, exchange, resetSeconds) =>
    tooMany(world, exchange, { limit: 120, remaining: 0, reset: resetSeconds }),
}
