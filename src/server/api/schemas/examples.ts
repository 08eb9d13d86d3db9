// The objects that the document shows. They name a client and a provider that the document replaces by real ones.

import type { Booking, EventType, Slot } from '../../../core/scheduling/model.ts'
import type { ShownConnection } from './connection.ts'
import type { ShownSubscription } from './event.ts'

/** Stand for the first client of the settings, and for its provider. */
export const exampleClient = '{client}'
export const exampleProvider = '{provider}'

export const exampleConnection: ShownConnection = {
  id: 'con_6f0c2b9a4d1e',
  owner: 'user-42',
  client: exampleClient,
  provider: exampleProvider,
  account: { id: '1042', name: 'Ada Host', email: 'ada@example.com', timeZone: 'Europe/Paris' },
  scopes: ['read', 'write'],
  status: 'active',
  reason: null,
  createdAt: '2026-11-20T08:30:00.000Z',
  updatedAt: '2026-11-27T07:15:00.000Z',
}

export const exampleEventType: EventType = {
  id: '2001',
  name: 'Intro call',
  slug: 'intro-call',
  description: null,
  active: true,
  hidden: false,
  bookingUrl: 'https://book.example.com/ada/intro-call',
  durations: [30],
  owner: { kind: 'person', id: '1042', name: 'Ada Host' },
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
  eventType: '2001',
  start: '2026-12-01T09:00:00Z',
  end: '2026-12-01T09:30:00Z',
  seatsLeft: 1,
  bookingUrl: null,
}

export const exampleBooking: Booking = {
  id: 'bkg-7d1f',
  chain: 'chn_pXq0m2R7s9t1u3v5w7x9yA',
  status: 'confirmed',
  declined: false,
  start: '2026-12-01T09:00:00Z',
  end: '2026-12-01T09:30:00Z',
  previousStart: null,
  replaces: null,
  replacedBy: null,
  eventType: '2001',
  title: 'Intro call between Ada Host and Gil Guest',
  hosts: [{ id: '1042', name: 'Ada Host', email: 'ada@example.com', timeZone: 'Europe/Paris', noShow: false }],
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
  id: 'sub_2c4e6a8b0d1f',
  connection: exampleConnection.id,
  client: exampleClient,
  events: ['booking.created'],
  scope: 'user',
  state: 'active',
  detail: null,
  createdAt: '2026-11-20T08:31:00.000Z',
}
