// Links to book an event type once, with its settings or with settings of their own.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { checkParameters, day, fields, flag, listOf, oneOf, parameters, text, whole } from '../../api/parameters.ts'
import { maybe, shapeOf } from '../../api/shape.ts'
import { resource } from './envelope.ts'
import { eventTypeUri } from './references.ts'

export interface CalendlySchedulingLink {
  readonly booking_url: string
  readonly owner: string
  readonly owner_type: string
}

export interface CalendlyShare {
  readonly scheduling_links: readonly CalendlySchedulingLink[]
  readonly share_override?: Readonly<Record<string, unknown>> | null
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

export interface SchedulingLinkCalls {
  /** A link for one booking; it expires after 90 days without use. Scope `scheduling_links:write`. */
  createSchedulingLink(link: CalendlyNewSchedulingLink, options?: CallOptions): Promise<CalendlySchedulingLink>
  /** A link for one booking with settings of its own. Scope `shares:write`. */
  createShare(share: CalendlyNewShare, options?: CallOptions): Promise<CalendlyShare>
}

const schedulingLink = once(() =>
  shapeOf<CalendlySchedulingLink>({
    booking_url: z.string(),
    owner: z.string(),
    owner_type: z.string(),
  }),
)

const share = once(() =>
  shapeOf<CalendlyShare>({
    scheduling_links: z.array(schedulingLink()),
    share_override: maybe(z.record(z.string(), z.unknown())),
  }),
)

const newSchedulingLink = once(() =>
  parameters<CalendlyNewSchedulingLink>({
    owner: eventTypeUri(),
    owner_type: oneOf('EventType').optional(),
    max_event_count: oneOf(1).optional(),
  }),
)

const newShare = once(() =>
  parameters<CalendlyNewShare>({
    event_type: eventTypeUri(),
    name: text().max(55, { error: 'must be at most 55 characters long' }).optional(),
    duration: whole(1).optional(),
    duration_options: listOf(whole(1, 720), { least: 1, most: 4 }).optional(),
    period_type: oneOf('available_moving', 'moving', 'fixed', 'unlimited').optional(),
    start_date: day().optional(),
    end_date: day().optional(),
    max_booking_time: whole(0).optional(),
    hide_location: flag().optional(),
    location_configurations: listOf(fields()).optional(),
    availability_rule: fields().optional(),
  }),
)

export function schedulingLinkCalls(api: ApiCaller): SchedulingLinkCalls {
  return {
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
