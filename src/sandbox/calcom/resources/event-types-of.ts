// The event types of Cal.com's people, and how the API shows one. A person who has changed nothing has invented ones, or
// the services.

import { objectOf } from '../../http/json.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import type { EventTypeRow } from '../../world/calcom-rows.ts'
import type { World } from '../../world/world.ts'
import { serviceAt } from './services.ts'

/** The person's event types, oldest first. */
export function eventTypesOf(world: World, person: CalcomAccount): EventTypeRow[] {
  const { eventTypes } = world.state.calcom
  if (Object.hasOwn(eventTypes, person.id)) return eventTypes[person.id] ?? []
  return Array.from({ length: person.eventTypes }, (_, at) => at).flatMap((at) => {
    const id = Number(person.id) * 1000 + at + 1
    if (person.catalog === 'services') {
      const service = serviceAt(at)
      return service === null ? [] : { id, ...service }
    }
    const name = String(at + 1).padStart(2, '0')
    // Of three or more event types the last one needs the host's confirmation.
    const waits = person.eventTypes >= 3 && at + 1 === person.eventTypes
    return {
      id,
      lengthInMinutes: [15, 30, 45, 60][at % 4] ?? 30,
      title: `Meeting ${name}`,
      slug: `meeting-${name}`,
      fields: waits ? { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } } : {},
    }
  })
}

/** Whether the host must confirm a booking. */
export function requiresConfirmation({ fields }: EventTypeRow): boolean {
  const { confirmationPolicy: policy } = fields
  return typeof policy === 'object' && policy !== null && 'type' in policy && policy.type === 'always'
}

/** The lengths in which it can be booked, in minutes. */
export function lengthsOf({ lengthInMinutes, fields }: EventTypeRow): readonly unknown[] {
  const { lengthInMinutesOptions: options } = fields
  return [...new Set([lengthInMinutes, ...(Array.isArray(options) ? options : [])])]
}

/** How many people share a slot; null when one person books all of it. */
export function seatsOf({ fields }: EventTypeRow): number | null {
  const { seatsPerTimeSlot: seats } = objectOf(fields.seats)
  return typeof seats === 'number' ? seats : null
}

/** How long ahead it must be booked. */
export function noticeMsOf({ fields }: EventTypeRow): number {
  const { minimumBookingNotice: minutes } = fields
  return typeof minutes === 'number' ? minutes * 60_000 : 0
}

/** How a booking of it is repeated. */
export interface Recurrence {
  readonly interval: number
  readonly occurrences: number
  readonly frequency: 'weekly' | 'monthly' | 'yearly'
}

/** Null: it is booked once. */
export function recurrenceOf({ fields }: EventTypeRow): Recurrence | null {
  const { interval, occurrences, frequency } = objectOf(fields.recurrence)
  if (typeof interval !== 'number' || typeof occurrences !== 'number') return null
  return frequency === 'weekly' || frequency === 'monthly' || frequency === 'yearly'
    ? { interval, occurrences, frequency }
    : null
}

/** One place that an event type offers. */
export type OfferedLocation = { readonly type: string } & Record<string, unknown>

/** The places that it offers. */
export function locationsOf({ fields }: EventTypeRow): readonly OfferedLocation[] {
  const { locations = defaultFields.locations } = fields
  return Array.isArray(locations) ? locations.map(objectOf).map((one) => ({ ...one, type: String(one.type) })) : []
}

/** A field that the host has added to the form. */
export interface CustomField {
  readonly slug: string
  readonly type: string
  readonly required: boolean
  readonly options: readonly string[]
}

const ownSlugs: readonly unknown[] = [
  'name',
  'email',
  'attendeePhoneNumber',
  'location',
  'title',
  'notes',
  'guests',
  'rescheduleReason',
]

/** The fields beside Cal.com's own. */
export function customFieldsOf({ fields }: EventTypeRow): CustomField[] {
  const list = Array.isArray(fields.bookingFields) ? fields.bookingFields.map(objectOf) : []
  return list.flatMap(({ slug, type, required, options, isDefault }) =>
    isDefault === true || typeof slug !== 'string' || typeof type !== 'string' || ownSlugs.includes(slug)
      ? []
      : { slug, type, required: required === true, options: Array.isArray(options) ? options.map(String) : [] },
  )
}

const bookingFields: readonly object[] = [
  { field: 'name', slug: 'name', variant: 'fullName', disableOnPrefill: false },
  { field: 'email', slug: 'email', required: true, hidden: false, disableOnPrefill: false },
  { field: 'attendeePhoneNumber', slug: 'attendeePhoneNumber', required: false, hidden: true, disableOnPrefill: false },
  { field: 'location', slug: 'location' },
  { field: 'title', slug: 'title', required: true, hidden: true, disableOnPrefill: false },
  { field: 'notes', slug: 'notes', required: false, hidden: false, disableOnPrefill: false },
  { field: 'guests', slug: 'guests', required: false, hidden: false, disableOnPrefill: false },
  { field: 'rescheduleReason', slug: 'rescheduleReason', required: false, hidden: false, disableOnPrefill: false },
]

/** The defaults of the hosted API; only the notice of 0 minutes is the sandbox's own. */
export const defaultFields: Readonly<Record<string, unknown>> = {
  description: '',
  locations: [{ type: 'integration', integration: 'cal-video' }],
  bookingFields,
  disableGuests: false,
  slotInterval: null,
  minimumBookingNotice: 0,
  beforeEventBuffer: 0,
  afterEventBuffer: 0,
  recurrence: null,
  metadata: {},
  price: 0,
  currency: 'usd',
  lockTimeZoneToggleOnBookingPage: false,
  forwardParamsSuccessRedirect: true,
  successRedirectUrl: null,
  isInstantEvent: false,
  scheduleId: null,
  bookerActiveBookingsLimit: { disabled: true },
  onlyShowFirstAvailableSlot: false,
  bookingWindow: { disabled: true },
  confirmationPolicy: { disabled: true },
  requiresBookerEmailVerification: false,
  hideCalendarNotes: false,
  seats: { disabled: true },
  offsetStart: 0,
  useDestinationCalendarEmail: false,
  hideCalendarEventDetails: false,
  hideOrganizerEmail: false,
  calVideoSettings: { sendTranscriptionEmails: true },
  hidden: false,
  bookingRequiresAuthentication: false,
  disableCancelling: { disabled: false },
  disableRescheduling: { disabled: false },
  interfaceLanguage: null,
  allowReschedulingPastBookings: false,
  allowReschedulingCancelledBookings: false,
  showOptimizedSlots: false,
}

/** One event type, as the API shows it. */
export function eventTypeResource(world: World, person: CalcomAccount, row: EventTypeRow): object {
  const { id, lengthInMinutes, title, slug, fields } = row
  const { name, username, weekStart } = person
  const looks = { avatarUrl: null, brandColor: null, darkBrandColor: null, metadata: {} }
  return {
    id,
    ownerId: Number(person.id),
    lengthInMinutes,
    title,
    slug,
    ...defaultFields,
    ...fields,
    users: [{ id: Number(person.id), name, username, weekStart, ...looks }],
    bookingUrl: `${world.root('/calcom/app')}/${username}/${slug}`,
  }
}

/** An event type and its host. */
export interface HostedEventType {
  readonly host: CalcomAccount
  readonly eventType: EventTypeRow
}

/** The event type of that number. */
export function eventTypeById(world: World, id: number): HostedEventType | null {
  for (const host of peopleOf(world)) {
    const eventType = eventTypesOf(world, host).find((one) => one.id === id)
    if (eventType !== undefined) return { host, eventType }
  }
  return null
}

export function peopleOf(world: World): CalcomAccount[] {
  return world.state.accounts.filter((one) => one.provider === 'calcom')
}
