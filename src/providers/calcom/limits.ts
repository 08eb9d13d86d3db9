// Cal.com's limits: so many calls per access token and minute, told by headers; whoever exceeds them is blocked.

import type { RateLimits } from '../../core/provider.ts'
import { readingOf } from '../definition/limits.ts'

/**
 * The headers carry the limit's name, `Default`; `Reset` is in seconds that are left. The counter is the token's, so a
 * renewed one begins afresh. Once exceeded, everything is refused for 60 s, and an account that does it again and again
 * can be locked (issue 24981).
 */
export const limits: RateLimits = {
  read: (headers) =>
    readingOf(headers, 'x-ratelimit-limit-default', 'x-ratelimit-remaining-default', 'x-ratelimit-reset-default'),
  perToken: true,
  block: 60,
  special: [],
}
