// What Calendly answers where a fault asks for one of its refusals.

import type { FaultAnswers } from '../faults/strike.ts'
import { apiLimit } from './api/limits.ts'
import { texts } from './oauth/errors.ts'
import { tokenLimit } from './oauth/limits.ts'

/** Calendly's refusals for the faults `error_200` and `rate_limited`. */
export const calendlyFaultAnswers: FaultAnswers = {
  invalidGrant: { error: 'invalid_grant', error_description: texts.invalid_grant },
  rateLimited(world, exchange, resetSeconds) {
    if (exchange.note.endpoint === 'api') {
      return apiLimit(world, exchange, { reading: { limit: 500, remaining: 0, reset: resetSeconds } })
    }
    return tokenLimit(world, exchange, world.state.switches.calendlyTokensPerMinute ?? 8, resetSeconds)
  },
}
