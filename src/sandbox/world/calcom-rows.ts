// What the sandbox remembers of Cal.com's event types, schedules, bookings, reservations, webhooks, absences and API
// keys. Milliseconds.

/** A person who attends a booking. */
export interface AttendeeRow {
  name: string
  email: string
  timeZone: string
  language: string
  phoneNumber: string | null
  /** Null: the event type has no seats. */
  seat: SeatRow | null
}

/** One seat of a booking whose slot several people share. */
export interface SeatRow {
  uid: string
  createdAt: number
  responses: Record<string, unknown>
  metadata: Record<string, unknown>
}

/** One booking. */
export interface BookingRow {
  id: number
  uid: string
  host: string
  eventTypeId: number
  status: 'accepted' | 'pending' | 'cancelled' | 'rejected'
  startsAt: number
  endsAt: number
  createdAt: number
  updatedAt: number
  /** The one who booked, and those who were added or took a seat later. */
  attendees: AttendeeRow[]
  /** The same for all bookings of a series. */
  recurringUid: string | null
  /** Email addresses of the attendees who did not come. */
  absent: readonly string[]
  hostAbsent: boolean
  /** Null: none were named. */
  guests: readonly string[] | null
  /** Null: Cal.com's own video; `integrations:NAME`: another one. Their address holds the uid. */
  location: string | null
  /** Stays the same when a booking is moved. */
  icsUid: string
  metadata: Record<string, unknown>
  responses: Record<string, unknown>
  cancellationReason: string | null
  cancelledBy: string | null
  rejectionReason: string | null
  rescheduledFrom: string | null
  rescheduledTo: string | null
  reschedulingReason: string | null
  rescheduledBy: string | null
}

/** A slot that is held for a few minutes. */
export interface ReservationRow {
  uid: string
  eventTypeId: number
  host: string
  startsAt: number
  endsAt: number
  until: number
  /** For how long it was made. */
  minutes: number
}

/** One webhook of a user, for all bookings or for those of one event type. */
export interface CalcomHookRow {
  id: string
  client: string
  user: string
  eventTypeId: number | null
  url: string
  triggers: readonly string[]
  active: boolean
  payloadTemplate: string | null
  secret: string | null
}

/** Days of the week, and from when to when on the schedule's clock, as `HH:MM`. */
export interface AvailabilityRow {
  days: readonly string[]
  startTime: string
  endTime: string
}

/** What counts on one date (`YYYY-MM-DD`) instead of the week. */
export interface OverrideRow {
  date: string
  startTime: string
  endTime: string
}

/** One schedule of a user. */
export interface ScheduleRow {
  id: number
  name: string
  timeZone: string
  isDefault: boolean
  availability: AvailabilityRow[]
  overrides: OverrideRow[]
}

/** One event type of a user. */
export interface EventTypeRow {
  id: number
  lengthInMinutes: number
  title: string
  slug: string
  /** The rest, as it was given. */
  fields: Record<string, unknown>
}

/** A time in which a user is not there. */
export interface OutOfOfficeRow {
  id: number
  uuid: string
  user: string
  startsAt: number
  endsAt: number
  notes: string | null
  reason: string
  toUserId: number | null
}

/** An API key, which does what its user may. */
export interface ApiKeyRow {
  user: string
}
