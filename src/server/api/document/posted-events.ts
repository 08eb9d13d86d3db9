// The entry of the events that the service posts to the host's own addresses: the same events as the feed's, in the envelope of
// Standard Webhooks.

import type { RouteConfig } from '@hono/zod-openapi'
import { z } from '../request/zod.ts'
import { postedEventSchema } from '../schemas/event.ts'
import { exampleClient, exampleConnection } from '../schemas/examples.ts'

const header = (description: string, example: string) => z.string().meta({ description, example: example as never })

export const postedEvents: RouteConfig & { path: string } = {
  operationId: 'receiveEvent',
  method: 'post',
  path: 'event',
  tags: ['Events'],
  summary: 'Receive an event at your own address',
  description:
    'Posted to each of PUNCTUAL_EVENTS_URL until it is answered with 2xx, for a day. Check the signature over the raw body ' +
    'with a library of Standard Webhooks; an id that you have seen is the same event again.',
  security: [],
  request: {
    headers: z.object({
      'webhook-id': header('The id of the event, the same in each dispatch.', 'evt_mhk2x1_0a1b2c'),
      'webhook-timestamp': header('Seconds since 1970.', '1795770000'),
      'webhook-signature': header(
        'v1, and the signature in base64; one for each secret.',
        'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
      ),
    }),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: postedEventSchema,
          example: {
            type: 'connection.needs_reconnect',
            timestamp: '2026-11-27T09:00:00.000Z',
            data: {
              connection: exampleConnection.id,
              owner: exampleConnection.owner,
              client: exampleClient,
              reason: 'refused',
            },
          },
        },
      },
    },
  },
  responses: {
    '2XX': { description: 'It has arrived, and is not posted again.' },
    '4XX': { description: 'It is posted again later.' },
  },
}
