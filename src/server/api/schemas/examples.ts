// The objects that the document shows. They name a client and a provider that the document replaces by real ones.

import type { Booking, EventType, Hold, Slot } from '../../../core/scheduling/model.ts'
import type { ShownConnection } from './connection.ts'
import type { ShownSubscription } from './event.ts'

/** Stand for the first client of the settings, for its provider, and for one of its scopes. */
export const exampleClient = '{client}'
export const exampleProvider = '{provider}'
export const exampleScope = '{scope}'

/** Stand for ids as that provider writes them, and for the same in a path. */
export const exampleIds = {
  account: '{an account}',
  eventType: '{an event type}',
  booking: '{a booking}',
  movedBooking: '{a moved booking}',
} as const
export const encoded = { eventType: '{an event type, encoded}', booking: '{a booking, encoded}' } as const

export const exampleConnection: ShownConnection = {
  id: 'connection_fP7mQ2xV9sKc4LwT8yBd1A',
  owner: 'user-42',
  client: exampleClient,
  provider: exampleProvider,
  account: { id: exampleIds.account, name: 'Ada Host', email: 'ada@example.com', timeZone: 'Europe/Paris' },
  scopes: [exampleScope],
  status: 'active',
  reason: null,
  createdAt: '2026-11-20T08:30:00.000Z',
  updatedAt: '2026-11-27T07:15:00.000Z',
}

export const exampleEventType: EventType = {
  id: exampleIds.eventType,
  name: 'Intro call',
  slug: 'intro-call',
  description: null,
  active: true,
  hidden: false,
  bookingUrl: 'https://book.example.com/ada/intro-call',
  durations: [30],
  owner: { kind: 'person', id: exampleIds.account, name: 'Ada Host' },
  assignment: 'one',
  locations: [{ kind: 'video', service: 'zoom' }],
  questions: [{ key: 'topic', label: 'What about?', type: 'text', required: false, options: null, allowsOther: false }],
  capacity: 1,
  needsApproval: false,
  recurrence: null,
  price: null,
  limits: { noticeMinutes: 120, bufferBeforeMinutes: 0, bufferAfterMinutes: 0 },
  provider: exampleProvider,
  raw: {},
}

export const exampleSlot: Slot = {
  eventType: exampleIds.eventType,
  start: '2026-12-01T09:00:00Z',
  end: '2026-12-01T09:30:00Z',
  seatsLeft: 1,
  bookingUrl: null,
}

export const exampleHold: Hold = {
  id: '8a1f0f0e-5a3c-4f0d-9c59-4d6a3f1b7c20',
  eventType: exampleIds.eventType,
  start: '2026-12-01T09:00:00Z',
  end: '2026-12-01T09:30:00Z',
  expiresAt: '2026-11-27T09:05:00Z',
}

export const exampleBooking: Booking = {
  id: exampleIds.booking,
  chain: 'chn_pXq0m2R7s9t1u3v5w7x9yA',
  status: 'confirmed',
  declined: false,
  start: '2026-12-01T09:00:00Z',
  end: '2026-12-01T09:30:00Z',
  previousStart: null,
  replaces: null,
  replacedBy: null,
  eventType: exampleIds.eventType,
  title: 'Intro call between Ada Host and Gil Guest',
  hosts: [
    { id: exampleIds.account, name: 'Ada Host', email: 'ada@example.com', timeZone: 'Europe/Paris', noShow: false },
  ],
  attendees: [
    {
      id: 'gil@guests.example',
      name: 'Gil Guest',
      email: 'gil@guests.example',
      phone: null,
      timeZone: 'Europe/Paris',
      locale: 'en',
      status: 'confirmed',
      noShow: false,
      manage: null,
    },
  ],
  guests: [],
  location: { kind: 'video', service: 'zoom' },
  joinUrl: 'https://meet.example.com/7d1f',
  answers: [{ key: 'topic', label: 'What about?', value: 'A first talk' }],
  reference: 'order-1042',
  utm: null,
  metadata: null,
  cancellation: null,
  capacity: null,
  createdAt: '2026-11-27T09:00:00Z',
  updatedAt: '2026-11-27T09:00:00Z',
  icalUid: null,
  provider: exampleProvider,
  raw: {},
}

export const exampleSubscription: ShownSubscription = {
  id: 'hook_x4Rk0cWnE7bTqPz2LdJmUA',
  connection: exampleConnection.id,
  client: exampleClient,
  events: ['booking.created'],
  scope: 'user',
  state: 'active',
  detail: null,
  createdAt: '2026-11-20T08:31:00.000Z',
}
