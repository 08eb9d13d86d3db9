// The part of Punctual that the API uses: its public surface, as every host application has it.

import type { Punctual } from '../../../punctual.ts'

export type ApiHost = Pick<
  Punctual,
  'apiKeys' | 'complete' | 'connections' | 'connectSessions' | 'erase' | 'events' | 'export' | 'webhooks'
>

export type ApiKey = NonNullable<Awaited<ReturnType<ApiHost['apiKeys']['verify']>>>

export type EventRecord = Awaited<ReturnType<ApiHost['events']['list']>>['events'][number]

export type ConnectSession = Awaited<ReturnType<ApiHost['connectSessions']['get']>>

export type WebhookSubscription = Awaited<ReturnType<ApiHost['webhooks']['list']>>[number]
