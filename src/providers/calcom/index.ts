export type { CallOptions } from '../api/call.ts'
export type { ListOptions } from '../api/list.ts'
export type { Instant } from '../api/parameters.ts'
export type { CalcomApi } from './api/api.ts'
export { calcomApi } from './api/api.ts'
export type { CalcomAttendee, CalcomBooking, CalcomHost } from './api/booking.ts'
export type { CalcomBookingStatus, CalcomBookingsQuery } from './api/booking-list.ts'
export type { CalcomAbsence, CalcomCancel, CalcomNewBooking, CalcomReschedule } from './api/bookings.ts'
export type { CalcomEventType, CalcomEventTypesQuery } from './api/event-types.ts'
export type { CalcomCalendars, CalcomUser, CalcomUserChange, CalcomWeekDay } from './api/me.ts'
export type { CalcomSent } from './api/reconciliation.ts'
export type {
  CalcomAvailability,
  CalcomNewSchedule,
  CalcomOverride,
  CalcomSchedule,
  CalcomScheduleChange,
} from './api/schedules.ts'
export type {
  CalcomNewReservation,
  CalcomReservation,
  CalcomSlot,
  CalcomSlots,
  CalcomSlotsQuery,
} from './api/slots.ts'
export type {
  CalcomNewWebhook,
  CalcomTrigger,
  CalcomWebhook,
  CalcomWebhookChange,
  CalcomWebhooksQuery,
  WebhookCalls as CalcomWebhookCalls,
} from './api/webhooks.ts'
