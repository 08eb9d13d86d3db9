// The connections themselves, and their tokens.

import { ownerOf } from '../request/gate.ts'
import { connectionOf, type Operation, operation } from '../request/operation.ts'
import { named, z } from '../request/zod.ts'
import { cursor, id, instant, limit, nextCursor } from '../schemas/common.ts'
import { connectionSchema, disconnectSchema, shownConnection } from '../schemas/connection.ts'
import { exampleConnection } from '../schemas/examples.ts'

/** The parameter of every path below a connection. */
export const ofConnection: z.ZodType<{ id: string }> = z.object({
  id: id('The id of the connection.', exampleConnection.id),
})

const listConnections: Operation = operation({
  id: 'listConnections',
  method: 'get',
  path: '/v1/connections',
  tag: 'Connections',
  scope: 'connections:read',
  summary: 'List connections',
  description: 'Oldest first.',
  query: z.strictObject({
    owner: z.string().optional().meta({ description: 'Only those of that owner.', example: 'user-42' }),
    client: z.string().optional().meta({ description: 'Only those of that OAuth app.' }),
    status: z
      .enum(['active', 'needs_reconnect', 'disconnected'])
      .optional()
      .meta({ description: 'Only those of that status.' }),
    cursor,
    limit,
  }),
  answer: {
    status: 200,
    description: 'A page of connections.',
    schema: z.object({ connections: z.array(connectionSchema), cursor: nextCursor }).meta(named('Connections')),
    example: { connections: [exampleConnection], cursor: null },
  },
  errors: [],
  async handle({ query }, { punctual, apiKey }) {
    const owner = ownerOf(apiKey, query.owner)
    const page = await punctual.connections.list({ ...query, ...(owner !== undefined && { owner }) })
    return { connections: page.connections.map(shownConnection), cursor: page.cursor }
  },
})

const getConnection: Operation = operation({
  id: 'getConnection',
  method: 'get',
  path: '/v1/connections/{id}',
  tag: 'Connections',
  scope: 'connections:read',
  summary: 'Read a connection',
  params: ofConnection,
  answer: { status: 200, description: 'The connection.', schema: connectionSchema, example: exampleConnection },
  errors: ['connection_not_found'],
  handle: async ({ params }, call) => shownConnection(await connectionOf(call, params.id)),
})

const deleteConnection: Operation = operation({
  id: 'deleteConnection',
  method: 'delete',
  path: '/v1/connections/{id}',
  tag: 'Connections',
  scope: 'connections:write',
  summary: 'End a connection',
  description:
    'Deletes its subscriptions, and revokes the grant at the provider unless another connection rests on it. A second ' +
    'request finds no connection.',
  params: ofConnection,
  answer: {
    status: 200,
    description: 'What was revoked at the provider, and what was not.',
    schema: disconnectSchema,
    example: { revoked: ['refresh_token', 'access_token'], notRevoked: [], remainingWebhooks: [] },
  },
  errors: ['connection_not_found'],
  handle: async ({ params }, call) => (await connectionOf(call, params.id)).disconnect(),
})

/** No built-in provider’s token lives for less than half an hour: what is asked for can be had. */
const longestValidityMs = 20 * 60_000

const readToken: Operation = operation({
  id: 'readToken',
  method: 'post',
  path: '/v1/connections/{id}/token',
  tag: 'Connections',
  scope: 'tokens:read',
  summary: 'Read a live access token',
  description: 'Refreshes it first if necessary. A service with tokens switched off refuses this for every key.',
  params: ofConnection,
  body: {
    schema: z
      .strictObject({
        minimumValidityMs: z
          .int()
          .min(0)
          .max(longestValidityMs)
          .optional()
          .meta({ description: 'Milliseconds for which it must still be valid. Default 30000.' }),
      })
      .meta(named('TokenRequest')),
    example: { minimumValidityMs: 60_000 },
  },
  answer: {
    status: 200,
    description: 'The token. Do not store it.',
    schema: z
      .object({
        accessToken: z.string(),
        expiresAt: instant,
        generation: z.int().meta({ description: 'Counts the token sets of the grant.' }),
      })
      .meta(named('Token')),
    example: { accessToken: 'eyJhbGciOi…', expiresAt: '2026-11-27T11:00:00.000Z', generation: 7 },
  },
  errors: [
    'connection_not_found',
    'needs_reconnect',
    'provider_unavailable',
    'client_misconfigured',
    'value_unreadable',
  ],
  async handle({ params, body }, call) {
    const { accessToken, expiresAt, generation } = await (await connectionOf(call, params.id)).token(body)
    return { accessToken, expiresAt: expiresAt.toISOString(), generation }
  },
})

export const connections: readonly Operation[] = [listConnections, getConnection, deleteConnection, readToken]
