// The part of Punctual that the API uses: its public surface, as every host application has it.

import type { Punctual } from '../../../punctual.ts'

// STAND-IN until the branch with the feed is merged.
interface StandIn {
  readonly events: Punctual['events'] & {
    feed(request: {
      after?: string | null
      limit?: number
      types?: readonly string[]
      owner?: string
    }): Promise<{ events: import('../../../core/events.ts').DeliveredEvent[]; cursor: string }>
  }
}

export type ApiHost = Pick<Punctual, 'apiKeys' | 'complete' | 'connections' | 'connectSessions' | 'webhooks'> & StandIn

export type ApiKey = NonNullable<Awaited<ReturnType<ApiHost['apiKeys']['verify']>>>

export type WebhookSubscription = Awaited<ReturnType<ApiHost['webhooks']['list']>>[number]
