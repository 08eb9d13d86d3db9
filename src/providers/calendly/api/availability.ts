// When a user can be booked: an event type's open times, a user's busy times and schedules. None of these lists has
// pages.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkParameters, type Instant, instant, parameters } from '../../api/parameters.ts'
import { maybe, maybeText, type Open, shapeOf } from '../../api/shape.ts'
import { collection, resource } from './envelope.ts'
import { callAt, eventTypeUri, scheduleUri, userUri } from './references.ts'

export interface CalendlyAvailableTime {
  /** What `book` takes as `start_time`. */
  readonly start_time: string
  readonly status?: string | null
  readonly invitees_remaining?: number | null
  readonly scheduling_url?: string | null
}

export interface CalendlyBusyTime {
  readonly type: Open<'calendly' | 'external'>
  readonly start_time: string
  readonly end_time: string
  readonly buffered_start_time?: string | null
  readonly buffered_end_time?: string | null
  /** The scheduled event, where it is one. */
  readonly event?: { readonly uri: string } | null
}

export interface CalendlyAvailabilitySchedule {
  readonly uri: string
  readonly default: boolean
  readonly timezone: string
  readonly rules: readonly CalendlyAvailabilityRule[]
  readonly name?: string | null
  readonly user?: string | null
}

/** Hours on a day of the week, or on one date. */
export interface CalendlyAvailabilityRule {
  readonly type: Open<'wday' | 'date'>
  readonly wday?: string | null
  readonly date?: string | null
  /** From `09:00` to `17:00`, on the schedule's clock. */
  readonly intervals: readonly { readonly from: string; readonly to: string }[]
}

export interface CalendlyAvailableTimesQuery {
  readonly event_type: string
  /** Not in the past. */
  readonly start_time: Instant
  /** At most 31 days after `start_time`. */
  readonly end_time: Instant
}

export interface CalendlyBusyTimesQuery {
  /** Default: the connection's own user. */
  readonly user?: string | undefined
  readonly start_time: Instant
  /** At most 7 days after `start_time`. */
  readonly end_time: Instant
}

export interface CalendlyAvailabilitySchedulesQuery {
  /** Default: the connection's own user. */
  readonly user?: string | undefined
}

export interface AvailabilityCalls {
  /** Scopes `availability:read` and `event_types:read`: Calendly's documents disagree on which, so request both. */
  availableTimes(query: CalendlyAvailableTimesQuery, options?: CallOptions): Promise<readonly CalendlyAvailableTime[]>
  /** Scope `availability:read`. `provider_refused`, reason `calendar_unavailable`: the user's own calendar failed. */
  busyTimes(query: CalendlyBusyTimesQuery, options?: CallOptions): Promise<readonly CalendlyBusyTime[]>
  /** Scope `availability:read`. */
  availabilitySchedules(
    query?: CalendlyAvailabilitySchedulesQuery,
    options?: CallOptions,
  ): Promise<readonly CalendlyAvailabilitySchedule[]>
  /** Scope `availability:read`. */
  availabilitySchedule(uri: string, options?: CallOptions): Promise<CalendlyAvailabilitySchedule>
}

const availableTime = once(() =>
  shapeOf<CalendlyAvailableTime>({
    start_time: z.string(),
    status: maybeText(),
    invitees_remaining: maybe(z.number()),
    scheduling_url: maybeText(),
  }),
)

const busyTime = once(() =>
  shapeOf<CalendlyBusyTime>({
    type: z.string(),
    start_time: z.string(),
    end_time: z.string(),
    buffered_start_time: maybeText(),
    buffered_end_time: maybeText(),
    event: maybe(shapeOf<{ readonly uri: string }>({ uri: z.string() })),
  }),
)

const schedule = once(() =>
  shapeOf<CalendlyAvailabilitySchedule>({
    uri: z.string(),
    default: z.boolean(),
    timezone: z.string(),
    rules: z.array(
      shapeOf<CalendlyAvailabilityRule>({
        type: z.string(),
        wday: maybeText(),
        date: maybeText(),
        intervals: z.array(shapeOf<{ from: string; to: string }>({ from: z.string(), to: z.string() })),
      }),
    ),
    name: maybeText(),
    user: maybeText(),
  }),
)

const availableTimesQuery = once(() =>
  parameters<CalendlyAvailableTimesQuery>({
    event_type: eventTypeUri(),
    start_time: instant(),
    end_time: instant(),
  }),
)

const busyTimesQuery = once(() =>
  parameters<CalendlyBusyTimesQuery>({
    user: userUri().optional(),
    start_time: instant(),
    end_time: instant(),
  }),
)

const schedulesQuery = once(() => parameters<CalendlyAvailabilitySchedulesQuery>({ user: userUri().optional() }))

export function availabilityCalls(api: ApiCaller): AvailabilityCalls {
  return {
    async availableTimes(given, options) {
      const place = 'calendly.availableTimes'
      const query = checkParameters(place, availableTimesQuery, given)
      return callApi(
        api,
        { place, path: '/event_type_available_times', query, shape: collection(availableTime) },
        options,
      )
    },
    async busyTimes(given, options) {
      const place = 'calendly.busyTimes'
      const query = { user: api.account.id, ...checkParameters(place, busyTimesQuery, given) }
      return callApi(api, { place, path: '/user_busy_times', query, shape: collection(busyTime) }, options)
    },
    async availabilitySchedules(given, options) {
      const place = 'calendly.availabilitySchedules'
      const query = { user: api.account.id, ...checkParameters(place, schedulesQuery, given) }
      return callApi(api, { place, path: '/user_availability_schedules', query, shape: collection(schedule) }, options)
    },
    availabilitySchedule: (uri, options) =>
      callAt(api, scheduleUri, uri, { place: 'calendly.availabilitySchedule', shape: resource(schedule) }, options),
  }
}
