// The events, for a host that cannot receive them, and the dead ones.

import { type DeliveredType, deliveredTypes } from '../../../core/events.ts'
import { eventNotFound } from '../../../core/not-found.ts'
import { ownerOf } from '../request/gate.ts'
import type { EventRecord } from '../request/host.ts'
import { type Operation, operation } from '../request/operation.ts'
import { named, z } from '../request/zod.ts'
import {
  cursor,
  id,
  instant,
  instantOrNull,
  limit,
  nextCursor,
  shape,
  text,
  textOrNull,
  usualLimit,
  whole,
  wordsInQuery,
} from '../schemas/common.ts'
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
    'Oldest first, kept for 30 days. The cursor of an answer is never null: at the end it is where the next events will be, ' +
    'so keep it and ask again. An event comes once, and the events of one connection come in order.',
  query: z.strictObject({
    cursor,
    limit,
    type: wordsInQuery(deliveredTypes, 'Only events of these types. May be given more than once.'),
    owner: z.string().optional().meta({ description: 'Only the events of that owner: those of OAuth apps have none.' }),
  }),
  answer: {
    status: 200,
    description: 'A page of events.',
    schema: z
      .object({
        events: z.array(eventSchema),
        cursor: z.string().meta({ description: 'Where the next events will be; never null.' }),
      })
      .meta(named('Events')),
    example: { events: [exampleEvent], cursor: 'feed_sy' },
  },
  errors: ['value_unreadable'],
  arguments: { after: 'query.cursor' },
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

/** What is dispatched to a destination, as the API writes it. */
type ShownDispatch = Omit<EventRecord, 'createdAt' | 'dueAt'> & {
  readonly createdAt: string
  readonly dueAt: string | null
}

const dispatchSchema = shape<ShownDispatch>('Dispatch', {
  id: text.meta({ description: 'The id of the event.' }),
  destination: text.meta({ description: 'The name of its destination.' }),
  type: z.enum(deliveredTypes as readonly [DeliveredType, ...DeliveredType[]]),
  name: textOrNull.meta({ description: 'The provider’s word for a webhook.' }),
  state: z.enum(['pending', 'done', 'dead']).meta({
    description: 'pending: to be dispatched. done: acknowledged. dead: given up after a day.',
  }),
  connection: textOrNull,
  owner: textOrNull,
  client: text,
  attempts: whole.meta({ description: 'How often it has been dispatched.' }),
  error: textOrNull.meta({ description: 'Why the last dispatch failed.' }),
  createdAt: instant,
  dueAt: instantOrNull.meta({ description: 'When it may be dispatched next; null unless it is pending.' }),
})

const listDispatches: Operation = operation({
  id: 'listDispatches',
  method: 'get',
  path: '/v1/dispatches',
  tag: 'Events',
  scope: 'events:read',
  summary: 'List what is posted to your addresses',
  description:
    'Newest first, without bodies: an event of several destinations once for each. Those that are dead can be replayed.',
  query: z.strictObject({
    state: z.enum(['pending', 'done', 'dead']).optional().meta({ description: 'Only those. Default: all.' }),
    owner: z.string().optional().meta({ description: 'Only those of that owner.' }),
    cursor,
    limit,
  }),
  answer: {
    status: 200,
    description: 'A page of dispatches.',
    schema: z.object({ dispatches: z.array(dispatchSchema), cursor: nextCursor }).meta(named('Dispatches')),
    example: {
      dispatches: [
        {
          id: exampleEvent.id,
          destination: 'hooks.example.com',
          type: 'connection.needs_reconnect',
          name: null,
          state: 'dead',
          connection: exampleConnection.id,
          owner: exampleConnection.owner,
          client: exampleClient,
          attempts: 14,
          error: 'The address answered 500.',
          createdAt: '2026-11-26T09:00:00.000Z',
          dueAt: null,
        },
      ],
      cursor: null,
    },
  },
  errors: [],
  async handle({ query }, { punctual, apiKey }) {
    const owner = ownerOf(apiKey, query.owner)
    const page = await punctual.events.list({ ...query, ...(owner !== undefined && { owner }) })
    // The library counts the events of an OAuth app, which have no owner, to those of every owner.
    const own = page.events.filter((event) => owner === undefined || event.owner === owner)
    const dispatches = own.map((event) => ({
      ...event,
      createdAt: event.createdAt.toISOString(),
      dueAt: event.dueAt?.toISOString() ?? null,
    }))
    return { dispatches, cursor: page.cursor }
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
    schema: z.object({ id: z.string(), state: z.literal('pending') }).meta(named('ReplayedEvent')),
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

export const events: readonly Operation[] = [readEvents, listDispatches, replayEvent]
