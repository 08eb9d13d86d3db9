// The part of Punctual that the API uses: its public surface, as every host application has it.

import type { Punctual } from '../../../punctual.ts'

// STAND-IN until the branches with these are merged.
interface StandIn {
  readonly apiKeys: { verify(text: string): Promise<ApiKey | null> }
  readonly connectSessions: {
    create(request: {
      owner: string
      returnTo: string
      clients?: readonly string[]
      scopes?: readonly string[] | Readonly<Record<string, readonly string[]>>
      features?: readonly string[]
      connection?: string
      anotherAccount?: boolean
    }): Promise<ConnectSession & { url: URL }>
    get(id: string): Promise<ConnectSession>
  }
  readonly events: Punctual['events'] & {
    feed(request: {
      after?: string | null
      limit?: number
      types?: readonly string[]
      owner?: string
    }): Promise<{ events: import('../../../core/events.ts').DeliveredEvent[]; cursor: string }>
  }
}
interface ConnectSession {
  readonly id: string
  readonly owner: string
  readonly expiresAt: Date
}
export interface ApiKey {
  readonly id: string
  readonly owner: string | null
  readonly scopes: readonly ApiScope[]
}
export type ApiScope =
  | 'connections:read'
  | 'connections:write'
  | 'tokens:read'
  | 'calls'
  | 'bookings:read'
  | 'bookings:write'
  | 'events:read'
  | 'admin'

export type ApiHost = Pick<Punctual, 'complete' | 'connections' | 'webhooks'> & StandIn

export type WebhookSubscription = Awaited<ReturnType<ApiHost['webhooks']['list']>>[number]
