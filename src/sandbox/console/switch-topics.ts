// Which topic each switch belongs to, so that a person finds it.

import type { Switches } from '../world/switches.ts'

/** The topics, in the order of the page. */
export const switchTopics = {
  consent: 'Consent and codes',
  tokens: 'Tokens',
  limits: 'Limits',
  scheduling: 'Event types and bookings',
  webhooks: 'Webhooks',
} as const

/** One topic. */
export type SwitchTopic = keyof typeof switchTopics

/** The topic of a switch: the first whose words are in its name. */
export function topicOf(name: keyof Switches): SwitchTopic {
  const words: readonly [SwitchTopic, RegExp][] = [
    ['limits', /PerMinute|PerHour|PerDay|RateLimit|RetryAfter|LimitBody/],
    ['webhooks', /Hook|Webhook|SigningKey|Callbacks|RetryFirst|RetrySignature|RescheduleOrder|NoShow/],
    ['consent', /Authorize|IssInRedirect|Loopback|StateRequired|UnknownScopeError|Code|ScopeOmitted/],
    ['tokens', /Token|Refresh|Revoke|Reuse|Basic|Introspect|LegacyScope|NoBody|ScopesInAccess|ScopeOnRefresh/],
  ]
  return words.find(([, pattern]) => pattern.test(name))?.[0] ?? 'scheduling'
}
