// The typed calls of Cal.com's API v2: `calcom(connection).bookings({ status: ['upcoming'] })`. Names of parameters and
// fields are Cal.com's own, so that its documentation applies.

import type { ApiCaller } from '../../../core/calls.ts'
import { assertProvider } from '../../api/call.ts'
import { type BookingListCalls, bookingListCalls } from './booking-list.ts'
import { type BookingCalls, bookingCalls } from './bookings.ts'
import { type EventTypeCalls, eventTypeCalls } from './event-types.ts'
import { type MeCalls, meCalls } from './me.ts'
import { type ReconciliationCalls, reconciliationCalls } from './reconciliation.ts'
import { type ScheduleCalls, scheduleCalls } from './schedules.ts'
import { type SlotCalls, slotCalls } from './slots.ts'
import { type EventTypeWebhookCalls, type WebhookCalls, webhookCalls } from './webhooks.ts'

/**
 * Every call rejects with a `PunctualError`: `invalid_argument` for a wrong parameter, before anything is sent; what
 * `connection.fetch` rejects with; what the provider's refusal means (`provider_refused` and its `reason`); and
 * `provider_unavailable`, reason `unexpected_answer`, for a response of another shape, or `outcome_unknown`
 * where the call changes something.
 */
export interface CalcomApi
  extends MeCalls,
    ScheduleCalls,
    EventTypeCalls,
    SlotCalls,
    BookingListCalls,
    BookingCalls,
    ReconciliationCalls,
    WebhookCalls,
    EventTypeWebhookCalls {}

/**
 * Returns the calls of Cal.com's API in the name of a connection.
 *
 * @throws {PunctualError} `invalid_argument` for another provider's connection.
 * @example
 * ```ts
 * for await (const booking of calcomApi(connection).bookings({ status: ['upcoming'] })) {
 *   console.log(booking.uid, booking.start)
 * }
 * ```
 */
export function calcomApi(connection: ApiCaller): CalcomApi {
  assertProvider('calcomApi', 'calcom', connection)
  return Object.freeze({
    ...meCalls(connection),
    ...scheduleCalls(connection),
    ...eventTypeCalls(connection),
    ...slotCalls(connection),
    ...bookingListCalls(connection),
    ...bookingCalls(connection),
    ...reconciliationCalls(connection),
    ...webhookCalls(connection),
  })
}
