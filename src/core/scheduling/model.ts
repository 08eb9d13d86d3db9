// One scheduling model over all providers: event types, slots, bookings. Names follow RFC 5545 and JSCalendar (RFC
// 8984). Every object keeps the provider's own answer as `raw`.

/** One of these words, or one that a provider has added since. */
export type OpenWord<Word extends string> = Word | (string & {})

/** A moment, in UTC: `2026-11-27T09:00:00Z`. */
export type UtcInstant = string

/** The connected person. */
export interface Person {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly username: string | null
  /** IANA name. */
  readonly timeZone: string | null
  readonly locale: string | null
  readonly avatarUrl: string | null
  /** The person's public booking page. */
  readonly bookingUrl: string | null
  readonly provider: string
  readonly raw: unknown
}

/** Whose event type it is. */
export interface EventTypeOwner {
  readonly kind: OpenWord<'person' | 'team' | 'organization'>
  /** `null`: the provider does not say. */
  readonly id: string | null
  readonly name: string | null
}

/** What can be booked. */
export interface EventType {
  /** The provider's id. Unique together with `provider`. */
  readonly id: string
  readonly name: string
  readonly slug: string | null
  readonly description: string | null
  /** Whether it can be booked. */
  readonly active: boolean
  /** Whether it is left out of the owner's public page. */
  readonly hidden: boolean
  readonly bookingUrl: string | null
  /** Minutes; the first is the default. */
  readonly durations: readonly number[]
  readonly owner: EventTypeOwner
  readonly assignment: OpenWord<'one' | 'round_robin' | 'collective' | 'managed'>
  readonly locations: readonly Location[]
  readonly questions: readonly Question[]
  /** The attendees that one slot can take; `null`: the provider does not say. */
  readonly capacity: number | null
  /** Whether the host confirms each booking; `null`: the provider does not say. */
  readonly needsApproval: boolean | null
  readonly recurrence: Recurrence | null
  /** `null`: free, or the provider does not say. */
  readonly price: Money | null
  /** `null`: the provider does not say. */
  readonly limits: EventTypeLimits | null
  readonly provider: string
  readonly raw: unknown
}

/** How close bookings may come, in minutes. */
export interface EventTypeLimits {
  readonly noticeMinutes: number | null
  readonly bufferBeforeMinutes: number | null
  readonly bufferAfterMinutes: number | null
}

export interface Recurrence {
  readonly frequency: OpenWord<'daily' | 'weekly' | 'monthly' | 'yearly'>
  readonly interval: number
  readonly occurrences: number | null
}

/** An amount in the currency's smallest unit, such as cents, as both providers give it. */
export interface Money {
  readonly amount: number
  /** ISO 4217, upper case. */
  readonly currency: string
}

/** Where a meeting takes place. */
export type Location =
  /** At an address that the host names. */
  | { readonly kind: 'in_person'; readonly address: string | null }
  /** At an address that the attendee names. */
  | { readonly kind: 'attendee_place'; readonly address: string | null }
  /** The host calls the attendee. */
  | { readonly kind: 'host_calls'; readonly phone: string | null }
  /** The attendee calls the host. */
  | { readonly kind: 'attendee_calls'; readonly phone: string | null }
  | { readonly kind: 'video'; readonly service: VideoService }
  | { readonly kind: 'link'; readonly url: string }
  /** The attendee says where, in words. */
  | { readonly kind: 'attendee_decides'; readonly text: string | null }
  | { readonly kind: 'text'; readonly text: string }
  /** Not told, or a kind that this version does not know: look at `raw`. */
  | { readonly kind: 'unknown'; readonly raw: unknown }

export type VideoService = OpenWord<'zoom' | 'google_meet' | 'teams' | 'webex' | 'gotomeeting' | 'cal_video'>

export type QuestionType = OpenWord<
  'text' | 'long_text' | 'phone' | 'email' | 'number' | 'boolean' | 'url' | 'address' | 'one_of' | 'some_of' | 'emails'
>

/** A question of the booking form. The name, the e-mail address and the guests of an attendee are not among them. */
export interface Question {
  /** The key of its answer in `answers`. It stays the same while the question does. */
  readonly key: string
  readonly label: string
  readonly type: QuestionType
  readonly required: boolean
  /** The answers to choose from, for `one_of` and `some_of`; otherwise `null`. */
  readonly options: readonly string[] | null
  /** Whether an answer beside `options` is accepted. */
  readonly allowsOther: boolean
}

export type AnswerValue = string | number | boolean | readonly string[]

/** An answer as the provider keeps it. */
export interface Answer {
  /** The question's `key`. */
  readonly key: string
  /** `null`: the provider does not say. */
  readonly label: string | null
  readonly value: AnswerValue
}

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday'

/** Wall-clock times of the schedule's zone: `09:00` to `17:00`. */
export interface Interval {
  readonly from: string
  readonly to: string
}

/** When somebody can be booked: weekly rules, and dates that differ from them. RFC 7953. */
export interface Schedule {
  readonly id: string
  readonly name: string | null
  readonly isDefault: boolean
  /** IANA name. */
  readonly timeZone: string
  readonly weekly: Readonly<Record<Weekday, readonly Interval[]>>
  /** By date, such as `2026-12-24`. An empty list: not available that day. */
  readonly overrides: Readonly<Record<string, readonly Interval[]>>
  readonly provider: string
  readonly raw: unknown
}

/** A time at which an event type can be booked. */
export interface Slot {
  /** The event type's id. */
  readonly eventType: string
  readonly start: UtcInstant
  readonly end: UtcInstant
  /** `null`: the provider does not say. */
  readonly seatsLeft: number | null
  readonly bookingUrl: string | null
}

/** A slot that is kept for a few minutes. */
export interface Hold {
  readonly id: string
  readonly eventType: string
  readonly start: UtcInstant
  readonly end: UtcInstant
  readonly expiresAt: UtcInstant
}

/** RFC 5545's words. `tentative`: the host has not confirmed it yet. */
export type BookingStatus = 'confirmed' | 'tentative' | 'cancelled'

/** One meeting with its attendees. */
export interface Booking {
  /** The provider's id. Unique together with `provider`. */
  readonly id: string
  /** Ours: stays the same when the booking is moved, which changes `id`. */
  readonly chain: string
  readonly status: BookingStatus
  /** Whether the host has declined it; its `status` is then `cancelled`. */
  readonly declined: boolean
  /** `start` and `end` are empty texts in an event with `complete: false` whose webhook could not be understood. */
  readonly start: UtcInstant
  readonly end: UtcInstant
  /** The start of the booking that this one replaces; `null`: it replaces none, or the provider does not say. */
  readonly previousStart: UtcInstant | null
  /** The id of the booking that this one replaces. */
  readonly replaces: string | null
  /** The id of the booking that replaces this one. */
  readonly replacedBy: string | null
  /** The event type's id. */
  readonly eventType: string | null
  readonly title: string | null
  readonly hosts: readonly Host[]
  readonly attendees: readonly Attendee[]
  /** E-mail addresses. */
  readonly guests: readonly string[]
  readonly location: Location
  /** The link to join a video meeting. */
  readonly joinUrl: string | null
  readonly answers: readonly Answer[]
  /** The host application's own word for it, given to `book`. */
  readonly reference: string | null
  readonly utm: Utm | null
  /** `null`: the provider has none. */
  readonly metadata: Readonly<Record<string, string>> | null
  readonly cancellation: Cancellation | null
  /** `null`: the provider does not say. */
  readonly capacity: { readonly total: number; readonly taken: number } | null
  readonly createdAt: UtcInstant | null
  readonly updatedAt: UtcInstant | null
  readonly icalUid: string | null
  readonly provider: string
  readonly raw: unknown
}

export interface Host {
  readonly id: string | null
  readonly name: string | null
  readonly email: string | null
  readonly timeZone: string | null
  /** `null`: the provider does not say. */
  readonly noShow: boolean | null
}

export interface Attendee {
  /** The provider's id, or the e-mail address where it has none. */
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly timeZone: string | null
  readonly locale: string | null
  readonly status: 'confirmed' | 'cancelled'
  readonly noShow: boolean
  /** Pages of the provider for the attendee; `null`: the provider has none. */
  readonly manage: { readonly cancelUrl: string | null; readonly rescheduleUrl: string | null } | null
}

export interface Utm {
  readonly source: string | null
  readonly medium: string | null
  readonly campaign: string | null
  readonly content: string | null
  readonly term: string | null
}

export interface Cancellation {
  /** `null`: the provider does not say. */
  readonly by: 'host' | 'attendee' | null
  readonly reason: string | null
  readonly at: UtcInstant | null
  /** Whether it was cancelled so that the attendee books another time. */
  readonly toReschedule: boolean
}
