// Invitees of a scheduled event, and the no-show marks of those who did not come.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { type ListOptions, list } from '../../api/list.ts'
import { once } from '../../api/once.ts'
import { checkArgument, checkParameters, email, oneOf, parameters } from '../../api/parameters.ts'
import { maybe, maybeFields, maybeText, type Open, type Schema, shapeOf } from '../../api/shape.ts'
import { resource } from './envelope.ts'
import { pageSize } from './page-size.ts'
import { callAt, inviteeUri, noShowUri, scheduledEventUri } from './references.ts'
import { type CalendlyCancellation, cancellation } from './scheduled-events.ts'

/** @see {@link https://developer.calendly.com/api-docs Calendly's API reference}, "Invitee" */
export interface CalendlyInvitee {
  readonly uri: string
  /** The scheduled event's URI. */
  readonly event: string
  readonly email: string
  readonly name: string
  readonly status: Open<'active' | 'canceled'>
  readonly created_at: string
  readonly first_name?: string | null
  readonly last_name?: string | null
  /** IANA name. */
  readonly timezone?: string | null
  readonly questions_and_answers?: readonly CalendlyAnswered[] | null
  readonly tracking?: CalendlyTracking | null
  readonly text_reminder_number?: string | null
  readonly rescheduled?: boolean | null
  /** The invitee that this one replaces, or is replaced by. */
  readonly old_invitee?: string | null
  readonly new_invitee?: string | null
  /** Pages for the invitee. */
  readonly cancel_url?: string | null
  readonly reschedule_url?: string | null
  readonly no_show?: { readonly uri: string } | null
  readonly cancellation?: CalendlyCancellation | null
  readonly routing_form_submission?: string | null
  readonly payment?: Readonly<Record<string, unknown>> | null
  readonly reconfirmation?: Readonly<Record<string, unknown>> | null
  readonly scheduling_method?: Open<'instant_book' | 'api'> | null
  readonly invitee_scheduled_by?: string | null
  readonly updated_at?: string | null
}

export interface CalendlyAnswered {
  readonly question: string
  readonly answer: string
  readonly position?: number | null
}

export interface CalendlyTracking {
  readonly utm_campaign?: string | null | undefined
  readonly utm_source?: string | null | undefined
  readonly utm_medium?: string | null | undefined
  readonly utm_content?: string | null | undefined
  readonly utm_term?: string | null | undefined
  readonly salesforce_uuid?: string | null | undefined
}

export interface CalendlyNoShow {
  readonly uri: string
  readonly invitee?: string | null
  readonly created_at?: string | null
}

export interface CalendlyInviteesQuery {
  readonly status?: 'active' | 'canceled' | undefined
  readonly sort?: 'created_at:asc' | 'created_at:desc' | undefined
  readonly email?: string | undefined
  /** Items a page, 1 to 100. */
  readonly count?: number | undefined
}

export interface InviteeCalls {
  /** Those of a scheduled event, named by its URI. Scope `scheduled_events:read`. */
  invitees(event: string, query?: CalendlyInviteesQuery, options?: ListOptions): Pages<CalendlyInvitee>
  /** Scope `scheduled_events:read`. */
  invitee(uri: string, options?: CallOptions): Promise<CalendlyInvitee>
  /** Marks the invitee with that URI as a no-show. Scope `scheduled_events:write`. */
  createNoShow(invitee: string, options?: CallOptions): Promise<CalendlyNoShow>
  /** Scope `scheduled_events:read`. */
  noShow(uri: string, options?: CallOptions): Promise<CalendlyNoShow>
  /** Deletes the mark. Scope `scheduled_events:write`. */
  deleteNoShow(uri: string, options?: CallOptions): Promise<void>
}

export const invitee: Schema<CalendlyInvitee> = once(() =>
  shapeOf<CalendlyInvitee>({
    uri: z.string(),
    event: z.string(),
    email: z.string(),
    name: z.string(),
    status: z.string(),
    created_at: z.string(),
    first_name: maybeText(),
    last_name: maybeText(),
    timezone: maybeText(),
    questions_and_answers: maybe(
      z.array(shapeOf<CalendlyAnswered>({ question: z.string(), answer: z.string(), position: maybe(z.number()) })),
    ),
    tracking: maybe(
      shapeOf<CalendlyTracking>({
        utm_campaign: maybeText(),
        utm_source: maybeText(),
        utm_medium: maybeText(),
        utm_content: maybeText(),
        utm_term: maybeText(),
        salesforce_uuid: maybeText(),
      }),
    ),
    text_reminder_number: maybeText(),
    rescheduled: maybe(z.boolean()),
    old_invitee: maybeText(),
    new_invitee: maybeText(),
    cancel_url: maybeText(),
    reschedule_url: maybeText(),
    no_show: maybe(shapeOf<{ uri: string }>({ uri: z.string() })),
    cancellation: maybe(cancellation()),
    routing_form_submission: maybeText(),
    payment: maybeFields(),
    reconfirmation: maybeFields(),
    scheduling_method: maybeText(),
    invitee_scheduled_by: maybeText(),
    updated_at: maybeText(),
  }),
)

const noShow = once(() => shapeOf<CalendlyNoShow>({ uri: z.string(), invitee: maybeText(), created_at: maybeText() }))

const inviteesQuery = once(() =>
  parameters<CalendlyInviteesQuery>({
    status: oneOf('active', 'canceled').optional(),
    sort: oneOf('created_at:asc', 'created_at:desc').optional(),
    email: email().optional(),
    count: pageSize(),
  }),
)

export function inviteeCalls(api: ApiCaller): InviteeCalls {
  return {
    invitees(event, given, options) {
      const place = 'calendly.invitees'
      const path = `${checkArgument(place, 'event', scheduledEventUri, event)}/invitees`
      return list(api, { place, path, query: checkParameters(place, inviteesQuery, given), item: invitee }, options)
    },
    invitee: (uri, options) =>
      callAt(api, inviteeUri, uri, { place: 'calendly.invitee', shape: resource(invitee) }, options),
    async createNoShow(uri, options) {
      const place = 'calendly.createNoShow'
      const body = { invitee: checkArgument(place, 'invitee', inviteeUri, uri) }
      return callApi(api, { place, method: 'POST', path: '/invitee_no_shows', body, shape: resource(noShow) }, options)
    },
    noShow: (uri, options) =>
      callAt(api, noShowUri, uri, { place: 'calendly.noShow', shape: resource(noShow) }, options),
    deleteNoShow: (uri, options) =>
      callAt(api, noShowUri, uri, { place: 'calendly.deleteNoShow', method: 'DELETE', shape: null }, options),
  }
}
