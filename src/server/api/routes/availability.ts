// What can be done with a connection, what can be booked with it, and when.

import { type Can, type Capability, capabilities as names } from '../../../core/scheduling/capabilities.ts'
import type { Slot } from '../../../core/scheduling/model.ts'
import { scheduling } from '../../../scheduling/scheduling.ts'
import { timeZone } from '../../../scheduling/time-zones.ts'
import { namedInQuery } from '../request/named-in-query.ts'
import { connectionOf, type Operation, operation, readingOptions } from '../request/operation.ts'
import { ApiError } from '../request/problem.ts'
import { z } from '../request/zod.ts'
import { canSchema } from '../schemas/booking.ts'
import { holdBodySchema } from '../schemas/booking-request.ts'
import {
  checkedText,
  cursor,
  flagInQuery,
  givenInstant,
  id,
  limit,
  nextCursor,
  pageOf,
  wholeInQuery,
} from '../schemas/common.ts'
import { eventTypeSchema, holdSchema, slotSchema } from '../schemas/event-type.ts'
import {
  encoded,
  exampleConnection,
  exampleEventType,
  exampleHold,
  exampleIds,
  exampleSlot,
} from '../schemas/examples.ts'
import { ofConnection } from './connections.ts'

/** What a verb that reads may fail with. */
export const readingErrors = [
  'connection_not_found',
  'needs_reconnect',
  'insufficient_scope',
  'not_supported',
  'provider_refused',
  'rate_limited',
  'provider_unavailable',
  'client_misconfigured',
] as const

const can: Can = { yes: true, how: 'native' }
const exampleCapabilities = Object.fromEntries(names.map((name) => [name, can])) as Record<Capability, Can>

const listCapabilities: Operation = operation({
  id: 'listCapabilities',
  method: 'get',
  path: '/v1/connections/{id}/capabilities',
  tag: 'Scheduling',
  scope: 'bookings:read',
  summary: 'Ask what a connection can do',
  description: 'Calls the provider only if an event type or a booking is named.',
  params: ofConnection,
  query: z.strictObject({
    eventType: z.string().optional().openapi({ description: 'What can be done with this event type.' }),
    booking: z.string().optional().openapi({ description: 'What can be done with this booking.' }),
  }),
  answer: {
    status: 200,
    description: 'Every capability: whether it is there, and if not, why.',
    schema: z
      .object({ capabilities: z.record(z.enum(names), canSchema) as unknown as z.ZodType<Record<Capability, Can>> })
      .openapi('Capabilities'),
    example: { capabilities: exampleCapabilities },
  },
  errors: [...readingErrors, 'event_type_not_found', 'booking_not_found'],
  async handle({ params, query: { eventType, booking } }, call) {
    if (eventType !== undefined && booking !== undefined)
      throw new ApiError('invalid_argument', 'query.booking must be left out where query.eventType is given.')
    const calendar = scheduling(await connectionOf(call, params.id))
    const on =
      eventType !== undefined
        ? await namedInQuery('event_type', 'eventType', () => calendar.eventType(eventType, readingOptions(call)))
        : booking !== undefined
          ? await namedInQuery('booking', 'booking', () => calendar.booking(booking, readingOptions(call)))
          : undefined
    const capabilities = Object.fromEntries(names.map((name) => [name, calendar.can(name, on)]))
    return { capabilities: capabilities as Record<Capability, Can> }
  },
})

const listEventTypes: Operation = operation({
  id: 'listEventTypes',
  method: 'get',
  path: '/v1/connections/{id}/event-types',
  tag: 'Scheduling',
  scope: 'bookings:read',
  summary: 'List event types',
  params: ofConnection,
  query: z.strictObject({ active: flagInQuery('true: only those that can be booked.'), cursor, limit }),
  answer: {
    status: 200,
    description: 'A page of event types.',
    schema: z.object({ eventTypes: z.array(eventTypeSchema), cursor: nextCursor }).openapi('EventTypes'),
    example: { eventTypes: [exampleEventType], cursor: null },
  },
  errors: readingErrors,
  arguments: { from: 'query.cursor' },
  async handle({ params, query: { active, cursor: from, limit } }, call) {
    const calendar = scheduling(await connectionOf(call, params.id))
    const listed = calendar.eventTypes({ active }, { ...readingOptions(call), ...(from !== undefined && { from }) })
    const { items, cursor } = await pageOf(listed, limit)
    return { eventTypes: items, cursor }
  },
})

const getEventType: Operation = operation({
  id: 'getEventType',
  method: 'get',
  path: '/v1/connections/{id}/event-types/{eventType}',
  tag: 'Scheduling',
  scope: 'bookings:read',
  summary: 'Read an event type',
  params: z.object({
    id: id('The id of the connection.', exampleConnection.id),
    eventType: id(
      `The id of the event type. In the path it is percent-encoded: ${encoded.eventType}`,
      exampleIds.eventType,
    ),
  }),
  answer: { status: 200, description: 'The event type.', schema: eventTypeSchema, example: exampleEventType },
  errors: readingErrors,
  about: 'event_type',
  arguments: { id: 'path.eventType' },
  handle: async ({ params }, call) =>
    scheduling(await connectionOf(call, params.id)).eventType(params.eventType, readingOptions(call)),
})

/** Each week is a call of the provider at some providers, and the limit of calls is that of the whole account. */
const mostSlotDays = 92

/** The model says what else is wrong with the two instants. */
function assertShortSpan(from: string, to: string): void {
  if (!(Date.parse(to) - Date.parse(from) > mostSlotDays * 86_400_000)) return
  const sentence = `must be at most ${mostSlotDays} days after from. Ask for the rest in another request`
  throw new ApiError('invalid_argument', `query.to ${sentence}.`, { errors: [{ path: 'query.to', sentence }] })
}

const listSlots: Operation = operation({
  id: 'listSlots',
  method: 'get',
  path: '/v1/connections/{id}/slots',
  tag: 'Scheduling',
  scope: 'bookings:read',
  summary: 'List the slots of an event type',
  description: `All slots of the span, in order, in one answer without a cursor. A longer span takes several calls of the provider; the longest is ${mostSlotDays} days.`,
  params: ofConnection,
  query: z.strictObject({
    eventType: z.string().openapi({ description: 'The id of the event type.', example: exampleIds.eventType }),
    from: givenInstant.openapi({ description: 'The earliest start.', example: '2026-12-01T00:00:00Z' }),
    to: givenInstant.openapi({ description: 'Not included.', example: '2026-12-08T00:00:00Z' }),
    timeZone: checkedText(timeZone).optional().openapi({ description: 'IANA name. Default: the account’s own.' }),
    durationMinutes: wholeInQuery(1, 1440)
      .optional()
      .openapi({ description: 'One of the durations of the event type.' }),
  }),
  answer: {
    status: 200,
    description: 'The slots.',
    schema: z.object({ slots: z.array(slotSchema) }).openapi('Slots'),
    example: { slots: [exampleSlot] },
  },
  errors: readingErrors,
  about: 'event_type',
  async handle({ params, query }, call) {
    assertShortSpan(query.from, query.to)
    const calendar = scheduling(await connectionOf(call, params.id))
    const slots: Slot[] = []
    for await (const slot of calendar.slots(query, readingOptions(call))) slots.push(slot)
    return { slots }
  },
})

const holdSlot: Operation = operation({
  id: 'holdSlot',
  method: 'post',
  path: '/v1/connections/{id}/slots/hold',
  tag: 'Scheduling',
  scope: 'bookings:write',
  summary: 'Keep a slot for a few minutes',
  description:
    'Where the provider has holds: the capability hold says so. Book with the id of the hold. Needs no key: a hold ends by itself.',
  params: ofConnection,
  body: {
    schema: holdBodySchema,
    example: { eventType: exampleIds.eventType, start: exampleSlot.start, forMs: 300_000 },
  },
  answer: { status: 201, description: 'The hold.', schema: holdSchema, example: exampleHold },
  errors: readingErrors,
  about: 'event_type',
  async handle({ params, body: { forMs, ...slot } }, call) {
    const calendar = scheduling(await connectionOf(call, params.id))
    return calendar.hold(slot, { caller: call.apiKey.id, ...(forMs !== undefined && { forMs }) })
  },
})

export const availability: readonly Operation[] = [listCapabilities, listEventTypes, getEventType, listSlots, holdSlot]
