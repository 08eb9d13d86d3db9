export type { CallOptions } from '../api/call.ts'
export type { ListOptions } from '../api/list.ts'
export type { Instant } from '../api/parameters.ts'
export type { CalendlyApi as CalendlyCalls } from './api/api.ts'
export { calendlyApi as calendly } from './api/api.ts'
export type {
  CalendlyAvailabilityRule,
  CalendlyAvailabilitySchedule,
  CalendlyAvailabilitySchedulesQuery,
  CalendlyAvailableTime,
  CalendlyAvailableTimesQuery,
  CalendlyBusyTime,
  CalendlyBusyTimesQuery,
} from './api/availability.ts'
export type { CalendlyBooking, CalendlyBookingLocation, CalendlyTracking } from './api/bookings.ts'
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
} from './api/organizations.ts'
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
} from './api/webhooks.ts'
