// What Cal.com knows of the services: the shapes of its API (docs/providers/calcom.md).

import {
  hostPlace,
  houseVisitNoticeMinutes,
  type QuestionKind,
  type ServiceSlug,
  serviceQuestions,
  services,
  workshopSeats,
} from '../../world/services.ts'

const video = (integration: string) => ({ type: 'integration', integration })
const address = { type: 'address', address: hostPlace.address, public: true }
const everywhere = [
  video('zoom'),
  video('google-meet'),
  video('office365-video'),
  video('webex-video'),
  video('cal-video'),
  { type: 'attendeePhone' },
  { type: 'phone', phone: hostPlace.phone, public: true },
  address,
  { type: 'attendeeAddress' },
  { type: 'attendeeDefined' },
  { type: 'link', link: hostPlace.link, public: true },
]

const settings: Readonly<Record<ServiceSlug, Record<string, unknown>>> = {
  consultation: { locations: [video('google-meet')], lengthInMinutesOptions: [30, 60] },
  'house-visit': { locations: [address], minimumBookingNotice: houseVisitNoticeMinutes },
  'intro-call': { locations: [video('zoom')] },
  'on-request': {
    locations: [{ type: 'attendeeDefined' }],
    confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false },
  },
  'phone-call': { locations: [{ type: 'attendeePhone' }] },
  'private-talk': { locations: [video('zoom')], hidden: true, disableGuests: true, price: 5000, currency: 'usd' },
  'team-chat': { locations: [video('zoom')] },
  'weekly-check-in': {
    locations: [video('zoom')],
    recurrence: { interval: 1, occurrences: 4, frequency: 'weekly' },
  },
  'where-you-like': { locations: everywhere },
  workshop: {
    locations: [video('zoom')],
    seats: { seatsPerTimeSlot: workshopSeats, showAttendeeInfo: true, showAvailabilityCount: true },
  },
}

const types: Readonly<Record<QuestionKind, string>> = {
  line: 'text',
  text: 'textarea',
  phone: 'phone',
  one: 'select',
  many: 'multiselect',
  number: 'number',
  boolean: 'boolean',
  url: 'url',
  address: 'address',
  emails: 'multiemail',
  radio: 'radio',
  boxes: 'checkbox',
}

const defaults: readonly object[] = [
  { type: 'name', isDefault: true, slug: 'name', required: true },
  { type: 'email', isDefault: true, slug: 'email', required: true, hidden: false },
  { type: 'textarea', isDefault: true, slug: 'notes', required: false, hidden: false },
  { type: 'multiemail', isDefault: true, slug: 'guests', required: false, hidden: false },
  { type: 'textarea', isDefault: true, slug: 'rescheduleReason', required: false, hidden: false },
]

/** The service at that place of the catalog; null after its end. */
export function serviceAt(
  at: number,
): { title: string; slug: string; lengthInMinutes: number; fields: Record<string, unknown> } | null {
  const service = services[at]
  if (service === undefined) return null
  const { slug, name, minutes, description } = service
  const bookingFields = [...defaults, ...fieldsOf(slug)]
  return { title: name, slug, lengthInMinutes: minutes, fields: { description, bookingFields, ...settings[slug] } }
}

function fieldsOf(of: ServiceSlug): object[] {
  return (serviceQuestions[of] ?? []).map(({ slug, label, kind, required, options }) => ({
    type: types[kind],
    slug,
    label,
    required,
    ...(options === undefined ? {} : { options }),
    hidden: false,
    isDefault: false,
  }))
}
