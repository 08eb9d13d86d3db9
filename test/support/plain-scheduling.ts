// A provider's scheduling of which a test gives the part that it needs. The rest must not be used.

import { type CapabilityFact, capabilities } from '../../src/core/scheduling/capabilities.ts'
import type { ProviderBooking, ProviderScheduling } from '../../src/core/scheduling/provider.ts'

const native: CapabilityFact = { how: 'native', scopes: [] }

export function plainScheduling(given: Partial<ProviderScheduling>): ProviderScheduling {
  return {
    capabilities: Object.fromEntries(
      capabilities.map((name) => [name, native]),
    ) as unknown as ProviderScheduling['capabilities'],
    slotWindowMs: null,
    missingScopes: () => [],
    limit: () => null,
    idProblem: () => null,
    bookingProblem: () => null,
    me: unused,
    eventTypes: unused,
    eventType: unused,
    schedules: unused,
    slots: unused,
    hold: unused,
    book: unused,
    findBooked: unused,
    bookings: unused,
    booking: unused,
    reschedule: null,
    cancel: unused,
    markNoShow: unused,
    change: unused,
    told: unused,
    ...given,
  }
}

/** A confirmed booking of which nothing else is known. */
export function plainBooking(given: Partial<ProviderBooking> & Pick<ProviderBooking, 'id'>): ProviderBooking {
  return {
    status: 'confirmed',
    declined: false,
    start: '2027-01-04T09:00:00Z',
    end: '2027-01-04T09:30:00Z',
    previousStart: null,
    replaces: null,
    replacedBy: null,
    eventType: null,
    title: null,
    hosts: [],
    attendees: [],
    guests: [],
    location: { kind: 'unknown', raw: null },
    joinUrl: null,
    answers: [],
    reference: null,
    utm: null,
    metadata: null,
    cancellation: null,
    capacity: null,
    createdAt: null,
    updatedAt: null,
    icalUid: null,
    provider: 'plain',
    raw: null,
    ...given,
  }
}

function unused(): never {
  throw new Error('this test does not use that')
}
