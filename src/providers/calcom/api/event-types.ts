// Event types: those of the connection's user, and those of any user.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkArgument, checkParameters, listOf, oneOf, parameters, text } from '../../api/parameters.ts'
import { maybe, maybeFields, shapeOf } from '../../api/shape.ts'
import { data } from './envelope.ts'
import { number } from './references.ts'

/** @see {@link https://cal.com/docs/api-reference/v2 Cal.com's API reference}, "Event Types" */
export interface CalcomEventType {
  readonly id: number
  readonly lengthInMinutes: number
  readonly title: string
  readonly slug: string
  readonly lengthInMinutesOptions?: readonly number[] | null
  readonly description?: string | null
  readonly locations?: readonly Readonly<Record<string, unknown>>[] | null
  readonly bookingFields?: readonly Readonly<Record<string, unknown>>[] | null
  readonly disableGuests?: boolean | null
  readonly recurrence?: Readonly<Record<string, unknown>> | null
  readonly metadata?: Readonly<Record<string, unknown>> | null
  readonly price?: number | null
  readonly currency?: string | null
  readonly scheduleId?: number | null
}

/** Without a user's name: the event types of the connection's own user. */
export interface CalcomEventTypesQuery {
  readonly username?: string | undefined
  readonly eventSlug?: string | undefined
  readonly orgSlug?: string | undefined
  readonly usernames?: readonly string[] | undefined
  readonly sortCreatedAt?: 'asc' | 'desc' | undefined
}

export interface EventTypeCalls {
  /** Scope `EVENT_TYPE_READ`. */
  eventTypes(query?: CalcomEventTypesQuery, options?: CallOptions): Promise<readonly CalcomEventType[]>
  /** One of the connection's own user. Scope `EVENT_TYPE_READ`. */
  eventType(id: number, options?: CallOptions): Promise<CalcomEventType>
}

const maybeList = once(() => maybe(z.array(z.record(z.string(), z.unknown()))))

const eventType = once(() =>
  shapeOf<CalcomEventType>({
    id: z.number(),
    lengthInMinutes: z.number(),
    title: z.string(),
    slug: z.string(),
    lengthInMinutesOptions: maybe(z.array(z.number())),
    description: maybe(z.string()),
    locations: maybeList(),
    bookingFields: maybeList(),
    disableGuests: maybe(z.boolean()),
    recurrence: maybeFields(),
    metadata: maybeFields(),
    price: maybe(z.number()),
    currency: maybe(z.string()),
    scheduleId: maybe(z.number()),
  }),
)

const eventTypes = once(() => z.array(eventType()))

const eventTypesQuery = once(() =>
  parameters<CalcomEventTypesQuery>({
    username: text().optional(),
    eventSlug: text().optional(),
    orgSlug: text().optional(),
    usernames: listOf(text(), { least: 1 }).optional(),
    sortCreatedAt: oneOf('asc', 'desc').optional(),
  }),
)

export function eventTypeCalls(api: ApiCaller): EventTypeCalls {
  return {
    async eventTypes(given, options) {
      const place = 'calcom.eventTypes'
      const query = checkParameters(place, eventTypesQuery, given)
      return callApi(api, { place, path: '/v2/event-types', query, shape: data(eventTypes) }, options)
    },
    async eventType(id, options) {
      const place = 'calcom.eventType'
      const path = `/v2/event-types/${checkArgument(place, 'id', number, id)}`
      return callApi(api, { place, path, shape: data(eventType) }, options)
    },
  }
}
