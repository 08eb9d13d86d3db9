// The events, for a host that cannot receive them, and the dead ones.

import { deliveredTypes } from '../../../core/events.ts'
import { eventNotFound } from '../../../core/not-found.ts'
import { ownerOf } from '../request/gate.ts'
import { type Operation, operation } from '../request/operation.ts'
import { z } from '../request/zod.ts'
import { cursor, id, limit, usualLimit, wordsInQuery } from '../schemas/common.ts'
import { eventSchema, type ShownEvent } from '../schemas/event.ts'
import { exampleClient, exampleConnection } from '../schemas/examples.ts'

const exampleEvent: ShownEvent = {
  id: 'evt_mhk2x1_0a1b2c',
  type: 'connection.needs_reconnect',
  at: '2026-11-27T09:00:00.000Z',
  dispatch: 1,
  connection: exampleConnection.id,
  owner: exampleConnection.owner,
  client: exampleClient,
  reason: 'refused',
}

const readEvents: Operation = operation({
  id: 'readEvents',
  method: 'get',
  path: '/v1/events',
  tag: 'Events',
  scope: 'events:read',
  summary: 'Read the events',
  description:
    'Oldest first, kept for 30 days. Ask again with the cursor of the answer: it is there at the end too. An event comes ' +
    'once, and the events of one connection come in order.',
  query: z.strictObject({
    cursor,
    limit,
    type: wordsInQuery(deliveredTypes, 'Only events of these types. May be given more than once.'),
    owner: z
      .string()
      .optional()
      .openapi({ description: 'Only the events of that owner: those of OAuth apps have none.' }),
  }),
  answer: {
    status: 200,
    description: 'A page of events.',
    schema: z.object({ events: z.array(eventSchema), cursor: z.string() }).openapi('Events'),
    example: { events: [exampleEvent], cursor: '1042' },
  },
  errors: [],
  async handle({ query }, { punctual, apiKey }) {
    const owner = ownerOf(apiKey, query.owner)
    const { events, cursor } = await punctual.events.feed({
      after: query.cursor ?? null,
      limit: query.limit ?? usualLimit,
      ...(query.type && { types: query.type }),
      ...(owner !== undefined && { owner }),
    })
    // A `Date` becomes text when the answer is written.
    return { events: events as unknown as ShownEvent[], cursor }
  },
})

const replayEvent: Operation = operation({
  id: 'replayEvent',
  method: 'post',
  path: '/v1/events/{id}/replay',
  tag: 'Events',
  scope: 'admin',
  summary: 'Dispatch a dead event again',
  params: z.object({ id: id('The id of the event.', exampleEvent.id) }),
  answer: {
    status: 202,
    description: 'The event is dispatched again, for another day.',
    schema: z.object({ id: z.string(), state: z.literal('pending') }).openapi('ReplayedEvent'),
    example: { id: exampleEvent.id, state: 'pending' },
  },
  errors: ['event_not_found', 'event_not_dead'],
  async handle({ params: { id } }, { punctual: { events }, apiKey: { owner } }) {
    // The events of an OAuth app are no owner's.
    if (owner !== null && (await events.get(id, { owner })).owner === null) throw eventNotFound('events.get')
    await events.replay(id, owner === null ? {} : { owner })
    return { id, state: 'pending' as const }
  },
})

export const events: readonly Operation[] = [readEvents, replayEvent]
