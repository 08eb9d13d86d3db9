// The subscriptions of a connection at its provider.

import type { WebhookName } from '../../../core/events.ts'
import { connectionOf, type Operation, operation } from '../request/operation.ts'
import { named, z } from '../request/zod.ts'
import { shownSubscription, subscriptionSchema } from '../schemas/event.ts'
import { exampleSubscription } from '../schemas/examples.ts'
import { ofConnection } from './connections.ts'

const answer = {
  status: 200 as const,
  description: 'The subscriptions of the connection.',
  schema: z.object({ subscriptions: z.array(subscriptionSchema) }).meta(named('WebhookSubscriptions')),
  example: { subscriptions: [exampleSubscription] },
}

const scopeOf = (usual: string) =>
  z
    .string()
    .optional()
    .meta({ description: `Whose events, in the provider’s word. Default: ${usual}.` })

const getWebhooks: Operation = operation({
  id: 'getWebhooks',
  method: 'get',
  path: '/v1/connections/{id}/webhooks',
  tag: 'Webhooks',
  scope: 'connections:read',
  summary: 'List the subscriptions of a connection',
  description: 'Oldest first. Calls no provider.',
  params: ofConnection,
  answer,
  errors: ['connection_not_found'],
  async handle({ params }, call) {
    const connection = await connectionOf(call, params.id)
    return { subscriptions: (await call.punctual.webhooks.list(connection)).map(shownSubscription) }
  },
})

const putWebhooks: Operation = operation({
  id: 'putWebhooks',
  method: 'put',
  path: '/v1/connections/{id}/webhooks',
  tag: 'Webhooks',
  scope: 'connections:write',
  summary: 'Subscribe to a provider’s webhooks',
  description:
    'Subscribes to exactly these events. The same events again change nothing. While the provider is away, the state is creating.',
  params: ofConnection,
  body: {
    schema: z
      .strictObject({
        bookings: z.boolean().optional().meta({ description: 'All events about bookings that the provider has.' }),
        events: z.array(z.string()).optional().meta({ description: 'Events in the provider’s words.' }),
        scope: scopeOf('those of the connected account'),
      })
      .meta(named('WebhooksRequest')),
    example: { bookings: true },
  },
  answer,
  errors: [
    'connection_not_found',
    'insufficient_scope',
    'needs_reconnect',
    'provider_refused',
    'not_supported',
    'client_misconfigured',
  ],
  async handle({ params, body }, call) {
    const { webhooks } = call.punctual
    const connection = await connectionOf(call, params.id)
    const { scope, ...selection } = body
    await webhooks.subscribe(connection, selection as { events?: WebhookName[] }, scope === undefined ? {} : { scope })
    return { subscriptions: (await webhooks.list(connection)).map(shownSubscription) }
  },
})

const deleteWebhooks: Operation = operation({
  id: 'deleteWebhooks',
  method: 'delete',
  path: '/v1/connections/{id}/webhooks',
  tag: 'Webhooks',
  scope: 'connections:write',
  summary: 'Remove the subscriptions of a connection',
  description: 'One that is still removing is removed later.',
  params: ofConnection,
  query: z.strictObject({ scope: scopeOf('of every scope') }),
  answer: { ...answer, example: { subscriptions: [{ ...exampleSubscription, state: 'removed' }] } },
  errors: ['connection_not_found'],
  async handle({ params, query: { scope } }, call) {
    const connection = await connectionOf(call, params.id)
    const removed = await call.punctual.webhooks.unsubscribe(connection, scope === undefined ? {} : { scope })
    return { subscriptions: removed.map(shownSubscription) }
  },
})

export const webhooks: readonly Operation[] = [getWebhooks, putWebhooks, deleteWebhooks]
