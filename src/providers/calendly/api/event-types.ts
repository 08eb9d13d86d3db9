// Event types.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import type { CallOptions } from '../../api/call.ts'
import { type ListOptions, list } from '../../api/list.ts'
import { once } from '../../api/once.ts'
import { checkParameters, flag, oneOf, parameters, whole } from '../../api/parameters.ts'
import { maybe, maybeFlag, maybeText, type Open, shapeOf } from '../../api/shape.ts'
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

export interface CalendlyEventTypesQuery {
  /** Default: the connection's own user, unless `organization` is given. */
  readonly user?: string | undefined
  readonly organization?: string | undefined
  /** Without it, inactive ones are included. */
  readonly active?: boolean | undefined
  readonly admin_managed?: boolean | undefined
  readonly user_availability_schedule?: string | undefined
  readonly sort?: `${'name' | 'position' | 'created_at' | 'updated_at'}:${'asc' | 'desc'}` | undefined
  /** Items a page, 1 to 100. */
  readonly count?: number | undefined
}

export interface EventTypeCalls {
  /** Scope `event_types:read`. */
  eventTypes(query?: CalendlyEventTypesQuery, options?: ListOptions): Pages<CalendlyEventType>
  /** Scope `event_types:read`. */
  eventType(uri: string, options?: CallOptions): Promise<CalendlyEventType>
}

const eventType = once(() =>
  shapeOf<CalendlyEventType>({
    uri: z.string(),
    active: z.boolean(),
    scheduling_url: z.string(),
    duration: z.number(),
    name: maybeText(),
    slug: maybeText(),
    duration_options: maybe(z.array(z.number())),
    kind: maybeText(),
    pooling_type: maybeText(),
    type: maybeText(),
    color: maybeText(),
    internal_note: maybeText(),
    description_plain: maybeText(),
    description_html: maybeText(),
    profile: maybe(shapeOf<CalendlyProfile>({ name: maybeText(), owner: maybeText(), type: maybeText() })),
    secret: maybeFlag(),
    booking_method: maybeText(),
    custom_questions: maybe(
      z.array(
        shapeOf<CalendlyQuestion>({
          name: z.string(),
          type: maybeText(),
          position: maybe(z.number()),
          enabled: maybeFlag(),
          required: maybeFlag(),
          answer_choices: maybe(z.array(z.string())),
          include_other: maybeFlag(),
        }),
      ),
    ),
    locations: maybe(z.array(z.record(z.string(), z.unknown()))),
    admin_managed: maybeFlag(),
    position: maybe(z.number()),
    locale: maybeText(),
    deleted_at: maybeText(),
    created_at: maybeText(),
    updated_at: maybeText(),
  }),
)

const eventTypesQuery = once(() =>
  parameters<CalendlyEventTypesQuery>({
    user: userUri().optional(),
    organization: organizationUri().optional(),
    active: flag().optional(),
    admin_managed: flag().optional(),
    user_availability_schedule: scheduleUri().optional(),
    sort: oneOf(
      ...(['name', 'position', 'created_at', 'updated_at'] as const).flatMap(
        (by) => [`${by}:asc`, `${by}:desc`] as const,
      ),
    ).optional(),
    count: whole(1, 100).optional(),
  }),
)

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
  }
}
