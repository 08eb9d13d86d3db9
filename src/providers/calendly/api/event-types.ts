// Event types, and the links that invite to one: for one booking, or with settings of their own.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { type ListOptions, list } from '../../api/list.ts'
import { checkParameters, day, fields, flag, listOf, oneOf, parameters, text, whole } from '../../api/parameters.ts'
import { maybe, type Open, shapeOf } from '../../api/shape.ts'
import { resource } from './envelope.ts'
import { callAt, eventTypeUri, organizationUri, scheduleUri, userUri } from './references.ts'

/** @see {@link https://developer.calendly.com/api-docs Calendly's API reference}, "Event Type" */
export interface CalendlyEventType {
  readonly uri: string
  readonly active: boolean
  readonly scheduling_url: string
  /** Minutes. */
  readonly duration: number
  readonly name?: string | null
  readonly slug?: string | null
  readonly duration_options?: readonly number[] | null
  readonly kind?: Open<'solo' | 'group'> | null
  readonly pooling_type?: Open<'round_robin' | 'collective' | 'multi_pool'> | null
  readonly type?: Open<'StandardEventType' | 'AdhocEventType'> | null
  readonly color?: string | null
  readonly internal_note?: string | null
  readonly description_plain?: string | null
  readonly description_html?: string | null
  /** Whose it is. */
  readonly profile?: CalendlyProfile | null
  readonly secret?: boolean | null
  readonly booking_method?: Open<'instant' | 'poll'> | null
  readonly custom_questions?: readonly CalendlyQuestion[] | null
  readonly locations?: readonly Readonly<Record<string, unknown>>[] | null
  readonly admin_managed?: boolean | null
  readonly position?: number | null
  readonly locale?: string | null
  readonly deleted_at?: string | null
  readonly created_at?: string | null
  readonly updated_at?: string | null
}

export interface CalendlyProfile {
  readonly name?: string | null
  /** The URI of a user or a team. */
  readonly owner?: string | null
  readonly type?: Open<'User' | 'Team'> | null
}

export interface CalendlyQuestion {
  readonly name: string
  readonly type?: Open<'string' | 'text' | 'phone_number' | 'single_select' | 'multi_select'> | null
  readonly position?: number | null
  readonly enabled?: boolean | null
  readonly required?: boolean | null
  readonly answer_choices?: readonly string[] | null
  readonly include_other?: boolean | null
}

export interface CalendlySchedulingLink {
  readonly booking_url: string
  readonly owner: string
  readonly owner_type: string
}

export interface CalendlyShare {
  readonly scheduling_links: readonly CalendlySchedulingLink[]
  readonly share_override?: Readonly<Record<string, unknown>> | null
}

export interface CalendlyEventTypesQuery {
  /** Default: the connection's own user, unless `organization` is given. */
  readonly user?: string | undefined
  readonly organization?: string | undefined
  /** Without it, inactive ones are answered too. */
  readonly active?: boolean | undefined
  readonly admin_managed?: boolean | undefined
  readonly user_availability_schedule?: string | undefined
  readonly sort?: `${'name' | 'position' | 'created_at' | 'updated_at'}:${'asc' | 'desc'}` | undefined
  /** Items a page, 1 to 100. */
  readonly count?: number | undefined
}

export interface CalendlyNewSchedulingLink {
  /** The event type's URI. */
  readonly owner: string
  readonly owner_type?: 'EventType' | undefined
  readonly max_event_count?: 1 | undefined
}

/** What is not given is the event type's. */
export interface CalendlyNewShare {
  /** One-on-one event types only. */
  readonly event_type: string
  readonly name?: string | undefined
  /** Minutes. */
  readonly duration?: number | undefined
  readonly duration_options?: readonly number[] | undefined
  readonly period_type?: 'available_moving' | 'moving' | 'fixed' | 'unlimited' | undefined
  readonly start_date?: string | undefined
  readonly end_date?: string | undefined
  readonly max_booking_time?: number | undefined
  readonly hide_location?: boolean | undefined
  readonly location_configurations?: readonly Readonly<Record<string, unknown>>[] | undefined
  readonly availability_rule?: Readonly<Record<string, unknown>> | undefined
}

export interface EventTypeCalls {
  /** Scope `event_types:read`. */
  eventTypes(query?: CalendlyEventTypesQuery, options?: ListOptions): Pages<CalendlyEventType>
  /** Scope `event_types:read`. */
  eventType(uri: string, options?: CallOptions): Promise<CalendlyEventType>
  /** A link that is good for one booking; unused, it ends after 90 days. Scope `scheduling_links:write`. */
  createSchedulingLink(link: CalendlyNewSchedulingLink, options?: CallOptions): Promise<CalendlySchedulingLink>
  /** A link for one booking with settings of its own. Scope `shares:write`. */
  createShare(share: CalendlyNewShare, options?: CallOptions): Promise<CalendlyShare>
}

const maybeText = maybe(z.string())
const maybeFlag = maybe(z.boolean())

const eventType = shapeOf<CalendlyEventType>({
  uri: z.string(),
  active: z.boolean(),
  scheduling_url: z.string(),
  duration: z.number(),
  name: maybeText,
  slug: maybeText,
  duration_options: maybe(z.array(z.number())),
  kind: maybeText,
  pooling_type: maybeText,
  type: maybeText,
  color: maybeText,
  internal_note: maybeText,
  description_plain: maybeText,
  description_html: maybeText,
  profile: maybe(shapeOf<CalendlyProfile>({ name: maybeText, owner: maybeText, type: maybeText })),
  secret: maybeFlag,
  booking_method: maybeText,
  custom_questions: maybe(
    z.array(
      shapeOf<CalendlyQuestion>({
        name: z.string(),
        type: maybeText,
        position: maybe(z.number()),
        enabled: maybeFlag,
        required: maybeFlag,
        answer_choices: maybe(z.array(z.string())),
        include_other: maybeFlag,
      }),
    ),
  ),
  locations: maybe(z.array(z.record(z.string(), z.unknown()))),
  admin_managed: maybeFlag,
  position: maybe(z.number()),
  locale: maybeText,
  deleted_at: maybeText,
  created_at: maybeText,
  updated_at: maybeText,
})

const schedulingLink = shapeOf<CalendlySchedulingLink>({
  booking_url: z.string(),
  owner: z.string(),
  owner_type: z.string(),
})

const share = shapeOf<CalendlyShare>({
  scheduling_links: z.array(schedulingLink),
  share_override: maybe(z.record(z.string(), z.unknown())),
})

const eventTypesQuery = parameters<CalendlyEventTypesQuery>({
  user: userUri.optional(),
  organization: organizationUri.optional(),
  active: flag.optional(),
  admin_managed: flag.optional(),
  user_availability_schedule: scheduleUri.optional(),
  sort: oneOf(
    ...(['name', 'position', 'created_at', 'updated_at'] as const).flatMap(
      (by) => [`${by}:asc`, `${by}:desc`] as const,
    ),
  ).optional(),
  count: whole(1, 100).optional(),
})

const newSchedulingLink = parameters<CalendlyNewSchedulingLink>({
  owner: eventTypeUri,
  owner_type: oneOf('EventType').optional(),
  max_event_count: oneOf(1).optional(),
})

const newShare = parameters<CalendlyNewShare>({
  event_type: eventTypeUri,
  name: text.max(55, { error: 'must be at most 55 characters long' }).optional(),
  duration: whole(1).optional(),
  duration_options: listOf(whole(1, 720), { least: 1, most: 4 }).optional(),
  period_type: oneOf('available_moving', 'moving', 'fixed', 'unlimited').optional(),
  start_date: day.optional(),
  end_date: day.optional(),
  max_booking_time: whole(0).optional(),
  hide_location: flag.optional(),
  location_configurations: listOf(fields).optional(),
  availability_rule: fields.optional(),
})

export function eventTypeCalls(api: ApiCaller): EventTypeCalls {
  return {
    eventTypes(given, options) {
      const place = 'calendly.eventTypes'
      const query = checkParameters(place, eventTypesQuery, given)
      if (query.user === undefined && query.organization === undefined) query.user = api.account.id
      return list(api, { place, path: '/event_types', query, item: eventType }, options)
    },
    eventType: (uri, options) =>
      callAt(api, eventTypeUri, uri, { place: 'calendly.eventType', shape: resource(eventType) }, options),
    async createSchedulingLink(link, options) {
      const place = 'calendly.createSchedulingLink'
      const given = checkParameters(place, newSchedulingLink, link)
      const body = { max_event_count: 1, owner_type: 'EventType', ...given }
      return callApi(
        api,
        { place, method: 'POST', path: '/scheduling_links', body, shape: resource(schedulingLink) },
        options,
      )
    },
    async createShare(given, options) {
      const place = 'calendly.createShare'
      const body = checkParameters(place, newShare, given)
      return callApi(api, { place, method: 'POST', path: '/shares', body, shape: resource(share) }, options)
    },
  }
}
