export type { CallOptions } from '../api/ask.ts'
export type { ListOptions } from '../api/list.ts'
export type { Instant } from '../api/parameters.ts'
export type {
  CalendlyAvailabilityRule,
  CalendlyAvailabilitySchedule,
  CalendlyAvailabilitySchedulesQuery,
  CalendlyAvailableTime,
  CalendlyAvailableTimesQuery,
  CalendlyBusyTime,
  CalendlyBusyTimesQuery,
} from './api/availability.ts'
export type { CalendlyBooking, CalendlyBookingLocation, CalendlyTracking } from './api/booking.ts'
export type { CalendlyApi as CalendlyCalls, CalendlyApi } from './api/calendly.ts'
export { calendlyApi as calendly, calendlyApi } from './api/calendly.ts'
export type {
  CalendlyEventType,
  CalendlyEventTypesQuery,
  CalendlyNewSchedulingLink,
  CalendlyNewShare,
  CalendlyProfile,
  CalendlyQuestion,
  CalendlySchedulingLink,
  CalendlyShare,
} from './api/event-types.ts'
export type { CalendlyAnswered, CalendlyInvitee, CalendlyInviteesQuery, CalendlyNoShow } from './api/invitees.ts'
export type {
  CalendlyMembership,
  CalendlyMembershipsQuery,
  CalendlyOrganization,
  CalendlyTeam,
  CalendlyTeamsQuery,
  CalendlyUser,
} from './api/people.ts'
export type { CalendlySent } from './api/reconciliation.ts'
export type {
  CalendlyCancel,
  CalendlyCancellation,
  CalendlyLocation,
  CalendlyScheduledEvent,
  CalendlyScheduledEventsQuery,
} from './api/scheduled-events.ts'
export type {
  CalendlyNewWebhookSubscription,
  CalendlySampleQuery,
  CalendlySubject,
  CalendlyWebhookEvent,
  CalendlyWebhookMessage,
  CalendlyWebhookSubscription,
  CalendlyWebhookSubscriptionsQuery,
} from './api/webhook-subscriptions.ts'
