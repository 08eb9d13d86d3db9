// Event types: those of the connection's user, and those of any user.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkArgument, checkParameters, listOf, oneOf, parameters, text } from '../../api/parameters.ts'
import {
  maybe,
  maybeFields,
  maybeFlag,
  maybeNumber,
  maybeText,
  type Open,
  type Schema,
  shapeOf,
} from '../../api/shape.ts'
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
  readonly hidden?: boolean | null
  /** The event type's own page. */
  readonly bookingUrl?: string | null
  /** Minutes. */
  readonly minimumBookingNotice?: number | null
  readonly beforeEventBuffer?: number | null
  readonly afterEventBuffer?: number | null
  /** `{ disabled: true }`, or `{ seatsPerTimeSlot, showAttendeeInfo, showAvailabilityCount }`. */
  readonly seats?: Readonly<Record<string, unknown>> | null
  /** `{ disabled: true }`, or a `type` such as `always`. */
  readonly confirmationPolicy?: Readonly<Record<string, unknown>> | null
  readonly disableCancelling?: Readonly<Record<string, unknown>> | null
  readonly disableRescheduling?: Readonly<Record<string, unknown>> | null
  /** Whether only an authenticated owner, or an admin of the owner's team, may book it. */
  readonly bookingRequiresAuthentication?: boolean | null
  readonly ownerId?: number | null
  readonly users?: readonly unknown[] | null
  /** Of a team's event type. */
  readonly teamId?: number | null
  readonly team?: Readonly<Record<string, unknown>> | null
  readonly schedulingType?: Open<'roundRobin' | 'collective' | 'managed'> | null
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

export const eventTypeResource: Schema<CalcomEventType> = once(() =>
  shapeOf<CalcomEventType>({
    id: z.number(),
    lengthInMinutes: z.number(),
    title: z.string(),
    slug: z.string(),
    lengthInMinutesOptions: maybe(z.array(z.number())),
    description: maybeText(),
    locations: maybeList(),
    bookingFields: maybeList(),
    disableGuests: maybeFlag(),
    recurrence: maybeFields(),
    metadata: maybeFields(),
    price: maybeNumber(),
    currency: maybeText(),
    scheduleId: maybeNumber(),
    hidden: maybeFlag(),
    bookingUrl: maybeText(),
    minimumBookingNotice: maybeNumber(),
    beforeEventBuffer: maybeNumber(),
    afterEventBuffer: maybeNumber(),
    seats: maybeFields(),
    confirmationPolicy: maybeFields(),
    disableCancelling: maybeFields(),
    disableRescheduling: maybeFields(),
    bookingRequiresAuthentication: maybeFlag(),
    ownerId: maybeNumber(),
    users: maybe(z.array(z.unknown())),
    teamId: maybeNumber(),
    team: maybeFields(),
    schedulingType: maybeText(),
  }),
)

const eventTypes = once(() => z.array(eventTypeResource()))

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
      return callApi(api, { place, path, shape: data(eventTypeResource) }, options)
    },
  }
}
