// The typed calls of Calendly's API: `calendly(connection).scheduledEvents({ status: 'active' })`. Names of parameters
// and fields are Calendly's own, so that its documentation applies.

import type { ApiCaller } from '../../../core/calls.ts'
import { assertProvider } from '../../api/call.ts'
import { type AvailabilityCalls, availabilityCalls } from './availability.ts'
import { type BookingCalls, bookingCalls } from './bookings.ts'
import { type EventTypeCalls, eventTypeCalls } from './event-types.ts'
import { type InviteeCalls, inviteeCalls } from './invitees.ts'
import { type MeCalls, meCalls } from './me.ts'
import { type OrganizationCalls, organizationCalls } from './organizations.ts'
import { type ReconciliationCalls, reconciliationCalls } from './reconciliation.ts'
import { type ScheduledEventCalls, scheduledEventCalls } from './scheduled-events.ts'
import { type SchedulingLinkCalls, schedulingLinkCalls } from './scheduling-links.ts'
import { type WebhookSampleCalls, webhookSampleCalls } from './webhook-samples.ts'
import { type WebhookCalls, webhookCalls } from './webhooks.ts'

/**
 * Every call rejects with a `PunctualError`: `invalid_argument` for a wrong parameter, before anything is sent; what
 * `connection.fetch` rejects with; what the provider's refusal means (`provider_refused` and its `reason`); and
 * `provider_unavailable`, reason `unexpected_answer`, for a response of another shape, or `outcome_unknown`
 * where the call changes something.
 */
export interface CalendlyApi
  extends MeCalls,
    OrganizationCalls,
    EventTypeCalls,
    SchedulingLinkCalls,
    AvailabilityCalls,
    ScheduledEventCalls,
    InviteeCalls,
    BookingCalls,
    ReconciliationCalls,
    WebhookCalls,
    WebhookSampleCalls {}

/**
 * Returns the calls of Calendly's API in the name of a connection.
 *
 * @throws {PunctualError} `invalid_argument` for another provider's connection.
 * @example
 * ```ts
 * for await (const event of calendlyApi(connection).scheduledEvents({ status: 'active' })) {
 *   console.log(event.uri, event.start_time)
 * }
 * ```
 */
export function calendlyApi(connection: ApiCaller): CalendlyApi {
  assertProvider('calendlyApi', 'calendly', connection)
  return Object.freeze({
    ...meCalls(connection),
    ...organizationCalls(connection),
    ...eventTypeCalls(connection),
    ...schedulingLinkCalls(connection),
    ...availabilityCalls(connection),
    ...scheduledEventCalls(connection),
    ...inviteeCalls(connection),
    ...bookingCalls(connection),
    ...reconciliationCalls(connection),
    ...webhookCalls(connection),
    ...webhookSampleCalls(connection),
  })
}
