// The typed calls of Calendly's API: `calendly(connection).scheduledEvents({ status: 'active' })`. Names of parameters and
// fields are Calendly's own, so that its documentation applies.

import type { ApiCaller } from '../../../core/calls.ts'
import { assertProvider } from '../../api/ask.ts'
import { type AvailabilityCalls, availabilityCalls } from './availability.ts'
import { type BookingCalls, bookingCalls } from './booking.ts'
import { type EventTypeCalls, eventTypeCalls } from './event-types.ts'
import { type InviteeCalls, inviteeCalls } from './invitees.ts'
import { type PeopleCalls, peopleCalls } from './people.ts'
import { type ReconciliationCalls, reconciliationCalls } from './reconciliation.ts'
import { type ScheduledEventCalls, scheduledEventCalls } from './scheduled-events.ts'
import { type WebhookSubscriptionCalls, webhookSubscriptionCalls } from './webhook-subscriptions.ts'

/**
 * Every call rejects with a `PunctualError`: `invalid_argument` for a wrong parameter, before anything is sent; what
 * `connection.fetch` rejects with; what the provider's refusal means (`provider_refused` and its `reason`); and
 * `provider_unavailable`, reason `unexpected_answer`, for an answer of another shape, or `outcome_unknown`
 * where the call changes something.
 */
export interface CalendlyApi
  extends PeopleCalls,
    EventTypeCalls,
    AvailabilityCalls,
    ScheduledEventCalls,
    InviteeCalls,
    BookingCalls,
    ReconciliationCalls,
    WebhookSubscriptionCalls {}

/**
 * The calls of Calendly's API in the name of a connection.
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
    ...peopleCalls(connection),
    ...eventTypeCalls(connection),
    ...availabilityCalls(connection),
    ...scheduledEventCalls(connection),
    ...inviteeCalls(connection),
    ...bookingCalls(connection),
    ...reconciliationCalls(connection),
    ...webhookSubscriptionCalls(connection),
  })
}
