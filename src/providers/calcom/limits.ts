// Cal.com's limits: so many calls per access token and minute, which headers report. More calls are blocked.

import type { RateLimits } from '../../core/provider.ts'
import { readingOf } from '../definition/limits.ts'

/**
 * The headers carry the limit's name, `Default`; `Reset` is the seconds that are left. The counter is the token's, so a
 * refreshed token starts at zero. Once the limit is exceeded, every call is refused for 60 s, and an account that
 * exceeds it repeatedly can be locked (issue 24981).
 */
export const limits: RateLimits = {
  read: (headers) =>
    readingOf(headers, 'x-ratelimit-limit-default', 'x-ratelimit-remaining-default', 'x-ratelimit-reset-default'),
  perToken: true,
  block: 60,
  special: [],
}
