export type { CallOptions } from '../calls/ask.ts'
export type { ListOptions } from '../calls/list.ts'
export type { Instant } from '../calls/parameters.ts'
export type {
  CalendlyAvailabilityRule,
  CalendlyAvailabilitySchedule,
  CalendlyAvailabilitySchedulesQuery,
  CalendlyAvailableTime,
  CalendlyAvailableTimesQuery,
  CalendlyBusyTime,
  CalendlyBusyTimesQuery,
} from './calls/availability.ts'
export type { CalendlyBooking, CalendlyBookingLocation, CalendlyTracking } from './calls/booking.ts'
export type { CalendlyCalls } from './calls/calendly.ts'
export { calendly } from './calls/calendly.ts'
export type {
  CalendlyEventType,
  CalendlyEventTypesQuery,
  CalendlyNewSchedulingLink,
  CalendlyNewShare,
  CalendlyProfile,
  CalendlyQuestion,
  CalendlySchedulingLink,
  CalendlyShare,
} from './calls/event-types.ts'
export type { CalendlyAnswered, CalendlyInvitee, CalendlyInviteesQuery, CalendlyNoShow } from './calls/invitees.ts'
export type {
  CalendlyMembership,
  CalendlyMembershipsQuery,
  CalendlyOrganization,
  CalendlyTeam,
  CalendlyTeamsQuery,
  CalendlyUser,
} from './calls/people.ts'
export type { CalendlySent } from './calls/reconciliation.ts'
export type {
  CalendlyCancel,
  CalendlyCancellation,
  CalendlyLocation,
  CalendlyScheduledEvent,
  CalendlyScheduledEventsQuery,
} from './calls/scheduled-events.ts'
export type {
  CalendlyNewWebhookSubscription,
  CalendlySampleQuery,
  CalendlySubject,
  CalendlyWebhookEvent,
  CalendlyWebhookMessage,
  CalendlyWebhookSubscription,
  CalendlyWebhookSubscriptionsQuery,
} from './calls/webhook-subscriptions.ts'
