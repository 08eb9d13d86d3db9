export type { CallOptions } from '../calls/ask.ts'
export type { ListOptions } from '../calls/list.ts'
export type { Instant } from '../calls/parameters.ts'
export type { CalcomBookingStatus, CalcomBookingsQuery } from './calls/booking-list.ts'
export type { CalcomAttendee, CalcomBooking, CalcomHost } from './calls/booking-resource.ts'
export type { CalcomCancel, CalcomNewBooking, CalcomReschedule } from './calls/bookings.ts'
export type { CalcomCalls } from './calls/calcom.ts'
export { calcom } from './calls/calcom.ts'
export type { CalcomEventType, CalcomEventTypesQuery } from './calls/event-types.ts'
export type { CalcomCalendars, CalcomUser, CalcomUserChange, CalcomWeekDay } from './calls/me.ts'
export type { CalcomSent } from './calls/reconciliation.ts'
export type {
  CalcomAvailability,
  CalcomNewSchedule,
  CalcomOverride,
  CalcomSchedule,
  CalcomScheduleChange,
} from './calls/schedules.ts'
export type {
  CalcomNewReservation,
  CalcomReservation,
  CalcomSlot,
  CalcomSlots,
  CalcomSlotsQuery,
} from './calls/slots.ts'
export type {
  CalcomNewWebhook,
  CalcomTrigger,
  CalcomWebhook,
  CalcomWebhookChange,
  CalcomWebhooksQuery,
  WebhookCalls as CalcomWebhookCalls,
} from './calls/webhooks.ts'
