// Answers of Calendly with every field that its documentation names, and the requests of the model that belong to them.

import type { EventType } from '../../../src/core/scheduling/model.ts'
import type { CheckedAnswer, CheckedBooking } from '../../../src/core/scheduling/provider.ts'
import type {
  CalendlyEventType,
  CalendlyInvitee,
  CalendlyScheduledEvent,
} from '../../../src/providers/calendly/index.ts'
import { eventTypeOf } from '../../../src/providers/calendly/scheduling/event-type.ts'

export const api = 'https://api.calendly.com'
export const eventUri: string = `${api}/scheduled_events/EVENT`
export const inviteeUri: string = `${eventUri}/invitees/INVITEE`

export const eventType: CalendlyEventType = {
  uri: `${api}/event_types/TYPE`,
  active: true,
  scheduling_url: 'https://calendly.com/ada/talk',
  duration: 30,
  name: 'A talk',
  slug: 'talk',
  duration_options: [15, 30, 60],
  kind: 'solo',
  pooling_type: null,
  type: 'StandardEventType',
  color: '#8247f5',
  internal_note: null,
  description_plain: 'About everything',
  description_html: '<p>About everything</p>',
  profile: { name: 'Ada', owner: `${api}/users/ADA`, type: 'User' },
  secret: false,
  booking_method: 'instant',
  custom_questions: [
    question({ name: 'Extras', type: 'multi_select', position: 2, answer_choices: ['Tea', 'Cake, warm'] }),
    question({ name: 'Why?', type: 'text', position: 0, required: true }),
    question({ name: 'Not asked', position: 1, enabled: false }),
  ],
  locations: [],
  admin_managed: false,
  position: 0,
  locale: 'en',
  deleted_at: null,
  created_at: '2026-11-01T09:00:00.000000Z',
  updated_at: '2026-11-01T09:00:00.000000Z',
}

export const event: CalendlyScheduledEvent = {
  uri: eventUri,
  status: 'active',
  start_time: '2026-11-27T09:00:00.123456Z',
  end_time: '2026-11-27T09:30:00.000000Z',
  created_at: '2026-11-20T08:00:00.000000Z',
  updated_at: '2026-11-21T08:00:00.000000Z',
  name: 'A talk',
  event_type: eventType.uri,
  location: { type: 'zoom_conference', status: 'pushed', join_url: 'https://zoom.example/j/1' },
  invitees_counter: { total: 1, active: 1, limit: 1 },
  event_memberships: [{ user: `${api}/users/ADA`, user_email: 'ada@example.com', user_name: 'Ada' }],
  event_guests: [{ email: 'guest@example.com' }],
  calendar_event: { kind: 'google', external_id: 'abc' },
}

export const invitee: CalendlyInvitee = {
  uri: inviteeUri,
  event: eventUri,
  email: 'Gil@Guests.example',
  name: 'Gil Guest',
  first_name: 'Gil',
  last_name: 'Guest',
  status: 'active',
  created_at: '2026-11-20T08:00:00.000000Z',
  updated_at: '2026-11-20T08:00:00.000000Z',
  timezone: 'Europe/Paris',
  questions_and_answers: [
    { question: 'Extras', answer: 'Tea\nCake, warm', position: 2 },
    { question: 'Why?', answer: 'Because', position: 0 },
  ],
  tracking: {
    utm_campaign: null,
    utm_source: 'news',
    utm_medium: null,
    utm_content: 'order-17',
    utm_term: null,
    salesforce_uuid: null,
  },
  text_reminder_number: '+46 8 123',
  rescheduled: false,
  old_invitee: null,
  new_invitee: null,
  cancel_url: 'https://calendly.com/cancellations/INVITEE',
  reschedule_url: 'https://calendly.com/reschedulings/INVITEE',
  no_show: null,
  payment: null,
  reconfirmation: null,
  routing_form_submission: null,
  scheduling_method: 'api',
  invitee_scheduled_by: null,
}

/** A request of the model for that event type, with nothing that may be left out. */
export function requestFor(raw: CalendlyEventType, changes: Partial<CheckedBooking> = {}): CheckedBooking {
  return {
    eventType: eventTypeOf(raw),
    start: '2026-11-27T09:00:00Z',
    attendee: { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' },
    guests: [],
    location: null,
    answers: [],
    reference: null,
    utm: null,
    metadata: null,
    durationMinutes: null,
    hold: null,
    mark: 'mark',
    ...changes,
  }
}

/** The answers to the event type's questions, by their labels. */
export function answersTo(
  { questions }: EventType,
  values: Readonly<Record<string, CheckedAnswer['value']>>,
): CheckedAnswer[] {
  return questions.flatMap((one) => {
    const value = values[one.label]
    return value === undefined ? [] : [{ key: one.key, question: one, value }]
  })
}

function question(of: NonNullable<CalendlyEventType['custom_questions']>[number]) {
  return { type: 'string', enabled: true, required: false, answer_choices: [], include_other: false, ...of }
}
