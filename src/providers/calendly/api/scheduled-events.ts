// Scheduled events: listed, read, canceled. Calendly has no endpoint that moves one; an invitee's `reschedule_url`
// does.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import type { CallOptions } from '../../api/call.ts'
import { type ListOptions, list } from '../../api/list.ts'
import { once } from '../../api/once.ts'
import { checkParameters, email, type Instant, instant, oneOf, parameters, text } from '../../api/parameters.ts'
import { maybe, maybeText, type Open, type Schema, shapeOf } from '../../api/shape.ts'
import { resource } from './envelope.ts'
import { pageSize } from './page-size.ts'
import { callAt, groupUri, organizationUri, scheduledEventUri, userUri } from './references.ts'

/** @see {@link https://developer.calendly.com/api-docs Calendly's API reference}, "Event" */
export interface CalendlyScheduledEvent {
  readonly uri: string
  readonly status: Open<'active' | 'canceled'>
  readonly start_time: string
  readonly end_time: string
  readonly created_at: string
  readonly name?: string | null
  /** The event type's URI. */
  readonly event_type?: string | null
  readonly location?: CalendlyLocation | null
  readonly invitees_counter?: { readonly total: number; readonly active: number; readonly limit: number } | null
  readonly event_memberships?: readonly CalendlyEventMembership[] | null
  readonly event_guests?: readonly { readonly email: string }[] | null
  readonly calendar_event?: { readonly kind?: string | null; readonly external_id?: string | null } | null
  readonly cancellation?: CalendlyCancellation | null
  readonly updated_at?: string | null
}

/** A host of the event. */
export interface CalendlyEventMembership {
  readonly user: string
  readonly user_email?: string | null
  readonly user_name?: string | null
}

export interface CalendlyLocation {
  readonly type?: string | null
  /** The address, the phone number or the words, unless it is a conference. */
  readonly location?: string | null
  readonly status?: string | null
  /** The link to join a conference. */
  readonly join_url?: string | null
}

export interface CalendlyCancellation {
  readonly canceled_by: string
  readonly canceler_type?: Open<'host' | 'invitee'> | null
  readonly reason?: string | null
  readonly created_at?: string | null
}

/** Canceled ones are included, unless `status` says otherwise. */
export interface CalendlyScheduledEventsQuery {
  /** Default: the connection's own user, unless `organization` or `group` is given. */
  readonly user?: string | undefined
  /** For owners and admins; with `user`, the events of that member. */
  readonly organization?: string | undefined
  readonly group?: string | undefined
  readonly invitee_email?: string | undefined
  readonly status?: 'active' | 'canceled' | undefined
  readonly sort?: 'start_time:asc' | 'start_time:desc' | undefined
  readonly min_start_time?: Instant | undefined
  readonly max_start_time?: Instant | undefined
  /** Items a page, 1 to 100. */
  readonly count?: number | undefined
}

export interface CalendlyCancel {
  /** At most 10 000 characters. */
  readonly reason?: string | undefined
}

export interface ScheduledEventCalls {
  /** Scope `scheduled_events:read`. */
  scheduledEvents(query?: CalendlyScheduledEventsQuery, options?: ListOptions): Pages<CalendlyScheduledEvent>
  /** Scope `scheduled_events:read`. */
  scheduledEvent(uri: string, options?: CallOptions): Promise<CalendlyScheduledEvent>
  /**
   * Cancels it. Scope `scheduled_events:write`. `provider_refused`, reason `already_done`: it was canceled before.
   * A reason is only sent if given: Calendly was seen to refuse a cancellation with a reason for one account.
   */
  cancel(uri: string, cancel?: CalendlyCancel, options?: CallOptions): Promise<CalendlyCancellation>
}

export const cancellation: Schema<CalendlyCancellation> = once(() =>
  shapeOf<CalendlyCancellation>({
    canceled_by: z.string(),
    canceler_type: maybeText(),
    reason: maybeText(),
    created_at: maybeText(),
  }),
)

export const scheduledEvent: Schema<CalendlyScheduledEvent> = once(() =>
  shapeOf<CalendlyScheduledEvent>({
    uri: z.string(),
    status: z.string(),
    start_time: z.string(),
    end_time: z.string(),
    created_at: z.string(),
    name: maybeText(),
    event_type: maybeText(),
    location: maybe(
      shapeOf<CalendlyLocation>({
        type: maybeText(),
        location: maybeText(),
        status: maybeText(),
        join_url: maybeText(),
      }),
    ),
    invitees_counter: maybe(
      shapeOf<{ total: number; active: number; limit: number }>({
        total: z.number(),
        active: z.number(),
        limit: z.number(),
      }),
    ),
    event_memberships: maybe(
      z.array(shapeOf<CalendlyEventMembership>({ user: z.string(), user_email: maybeText(), user_name: maybeText() })),
    ),
    event_guests: maybe(z.array(shapeOf<{ email: string }>({ email: z.string() }))),
    calendar_event: maybe(
      shapeOf<{ kind?: string | null; external_id?: string | null }>({ kind: maybeText(), external_id: maybeText() }),
    ),
    cancellation: maybe(cancellation()),
    updated_at: maybeText(),
  }),
)

const scheduledEventsQuery = once(() =>
  parameters<CalendlyScheduledEventsQuery>({
    user: userUri().optional(),
    organization: organizationUri().optional(),
    group: groupUri().optional(),
    invitee_email: email().optional(),
    status: oneOf('active', 'canceled').optional(),
    sort: oneOf('start_time:asc', 'start_time:desc').optional(),
    min_start_time: instant().optional(),
    max_start_time: instant().optional(),
    count: pageSize(),
  }),
)

const cancelBody = once(() =>
  parameters<CalendlyCancel>({
    reason: text().max(10_000, { error: 'must be at most 10000 characters long' }).optional(),
  }),
)

export function scheduledEventCalls(api: ApiCaller): ScheduledEventCalls {
  return {
    scheduledEvents(given, options) {
      const place = 'calendly.scheduledEvents'
      const query = checkParameters(place, scheduledEventsQuery, given)
      const { user, organization, group } = query
      if ([user, organization, group].every((one) => one === undefined)) query.user = api.account.id
      return list(api, { place, path: '/scheduled_events', query, item: scheduledEvent }, options)
    },
    scheduledEvent: (uri, options) =>
      callAt(
        api,
        scheduledEventUri,
        uri,
        { place: 'calendly.scheduledEvent', shape: resource(scheduledEvent) },
        options,
      ),
    async cancel(uri, given, options) {
      const place = 'calendly.cancel'
      const body = checkParameters(place, cancelBody, given)
      const asked = { place, method: 'POST', below: '/cancellation', body, shape: resource(cancellation) } as const
      return callAt(api, scheduledEventUri, uri, asked, options)
    },
  }
}
