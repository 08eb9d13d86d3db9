export type { CallOptions } from '../api/call.ts'
export type { ListOptions } from '../api/list.ts'
export type { Instant } from '../api/parameters.ts'
export type { CalendlyApi } from './api/api.ts'
export { calendlyApi } from './api/api.ts'
export type {
  CalendlyAvailabilityRule,
  CalendlyAvailabilitySchedule,
  CalendlyAvailabilitySchedulesQuery,
  CalendlyAvailableTime,
  CalendlyAvailableTimesQuery,
  CalendlyBusyTime,
  CalendlyBusyTimesQuery,
} from './api/availability.ts'
export type { CalendlyBooking, CalendlyBookingLocation } from './api/bookings.ts'
export type {
  CalendlyEventType,
  CalendlyEventTypesQuery,
  CalendlyProfile,
  CalendlyQuestion,
} from './api/event-types.ts'
export type {
  CalendlyAnswered,
  CalendlyInvitee,
  CalendlyInviteesQuery,
  CalendlyNoShow,
  CalendlyTracking,
} from './api/invitees.ts'
export type { CalendlyUser } from './api/me.ts'
export type {
  CalendlyMembership,
  CalendlyMembershipsQuery,
  CalendlyOrganization,
  CalendlyTeam,
  CalendlyTeamsQuery,
} from './api/organizations.ts'
export type { CalendlySent } from './api/reconciliation.ts'
export type {
  CalendlyCancel,
  CalendlyCancellation,
  CalendlyEventMembership,
  CalendlyLocation,
  CalendlyScheduledEvent,
  CalendlyScheduledEventsQuery,
} from './api/scheduled-events.ts'
export type {
  CalendlyNewSchedulingLink,
  CalendlyNewShare,
  CalendlySchedulingLink,
  CalendlyShare,
} from './api/scheduling-links.ts'
export type { CalendlySampleQuery, CalendlyWebhookMessage } from './api/webhook-samples.ts'
export type { CalendlyWebhookScope } from './api/webhook-scope.ts'
export type {
  CalendlyNewWebhookSubscription,
  CalendlyWebhookEvent,
  CalendlyWebhookSubscription,
  CalendlyWebhookSubscriptionsQuery,
} from './api/webhooks.ts'
