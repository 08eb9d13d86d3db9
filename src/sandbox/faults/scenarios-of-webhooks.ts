// What can go wrong with webhooks.

import type { FaultKind } from '../world/fault.ts'
import type { Scenario } from './scenario.ts'

/** The scenarios of this group. */
export const webhookScenarios: readonly Scenario[] = [
  ofWebhooks('webhooks-lost', 'webhook_lost', {
    title: 'Webhooks are lost',
    what: 'They are never sent. The list of webhooks shows them, and can send them later.',
  }),
  ofWebhooks('webhooks-twice', 'webhook_doubled', {
    title: 'Webhooks come twice',
    what: 'Each one is sent two times, one after the other, with the same body.',
  }),
  ofWebhooks('webhooks-out-of-order', 'webhook_reordered', {
    title: 'Webhooks come out of order',
    what: 'Of each two for one subscription, the second is sent first. One that stays alone is sent a minute later.',
  }),
  ofWebhooks('webhooks-twice-and-out-of-order', 'webhook_doubled_and_reordered', {
    title: 'Webhooks come twice and out of order',
    what: 'Of each two for one subscription, the second is sent first, and each of them two times.',
  }),
  ofWebhooks('webhooks-badly-signed', 'webhook_badly_signed', {
    title: 'Webhooks have a wrong signature',
    what: 'They are signed with another key, as a forger would do. A receiver must refuse them.',
  }),
  {
    name: 'subscriptions-off',
    title: 'A person’s subscriptions are switched off',
    what: 'Calendly: their state is “disabled”, as after a day without an answer. Cal.com: they are not active, as if the person had switched them off. Nothing more is sent to them.',
    fields: ['person'],
    fault: null,
  },
]

function ofWebhooks(name: string, kind: FaultKind, texts: Pick<Scenario, 'title' | 'what'>): Scenario {
  return {
    name,
    ...texts,
    fields: ['who', 'minutes'],
    defaults: { minutes: 60 },
    fault: ({ provider, account, minutes }) => ({ kind, provider, account, minutes, count: null }),
  }
}
