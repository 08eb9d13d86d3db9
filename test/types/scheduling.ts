// What the compiler says about the scheduling model. Compiled with everything else, never run.

import type { Connection, PunctualError } from '../../src/index.ts'
import { type CapabilityFact, defineProvider, type ProviderScheduling } from '../../src/providers/index.ts'
import {
  type Attendee,
  type Booking,
  type BookingRequest,
  type BookingsQuery,
  type Can,
  type Capability,
  type EventType,
  type Location,
  type LocationChoice,
  type Pages,
  type Rescheduled,
  type Scheduling,
  type Slot,
  scheduling,
  toICalendar,
} from '../../src/scheduling/index.ts'

export async function verbsAreKnown(connection: Connection): Promise<void> {
  const calendar: Scheduling = scheduling(connection)
  // @ts-expect-error a connection, not its id
  scheduling(connection.id)
  const eventTypes: Pages<EventType> = calendar.eventTypes({ active: true }, { from: 'position', background: true })
  for await (const eventType of eventTypes) {
    const span = { from: new Date(), to: '2026-11-30T00:00:00Z' }
    const slots: AsyncIterable<Slot> = calendar.slots({ eventType, ...span, durationMinutes: 30 })
    // @ts-expect-error it has a unit in its name
    calendar.slots({ eventType, ...span, duration: 30 })
    for await (const slot of slots) await calendar.hold(slot, { forMs: 60_000 })
  }
  // @ts-expect-error the field's word is "cancelled"
  calendar.bookings({ status: 'canceled' })
  // @ts-expect-error a key is needed
  await calendar.book({ eventType: 'x', start: new Date(), attendee: { name: 'Gil', timeZone: 'UTC' } })
  await calendar.cancel('id', { reason: 'Ill', attendee: 'gil@guests.example' })
  await calendar.markNoShow('id', { host: true }, { absent: false })
  // @ts-expect-error the attendee or the host
  await calendar.markNoShow('id', {})
}

export function capabilitiesAreKnown(calendar: Scheduling, booking: Booking): string | undefined {
  const what: Capability = 'book.chooseDuration'
  const answer: Can = calendar.can(what, booking)
  // @ts-expect-error not a capability
  calendar.can('books')
  if (answer.yes) return answer.how
  // @ts-expect-error not a cause
  if (answer.because === 'weather') return undefined
  return answer.because === 'scope' ? answer.missing?.join(' ') : answer.instead?.url
}

/** Words that a provider adds break no caller. */
export function wordsAreOpen(location: Location, { locations }: EventType): string {
  if (location.kind === 'video') return location.service === 'zoom' ? 'Zoom' : location.service
  if (location.kind === 'in_person') return location.address ?? ''
  // @ts-expect-error only a video has a service
  return locations.map((one) => one.service).join()
}

export function outcomesAreKnown(result: Rescheduled): string {
  switch (result.outcome) {
    case 'moved':
      return toICalendar(result.booking)
    case 'attendee_has_to':
      return result.url
    case 'rebooked':
      return result.cancelled.id
    case 'half':
      return result.next satisfies 'look' | 'book_again'
    // @ts-expect-error not an outcome
    case 'lost':
      return ''
  }
}

export function requestsAreKnown(eventType: EventType, [attendee]: readonly Attendee[]): BookingRequest {
  const location: LocationChoice = { kind: 'attendee_place', address: '1 High Street' }
  // @ts-expect-error it needs its address
  const place: LocationChoice = { kind: 'attendee_place' }
  const query: BookingsQuery = { status: ['confirmed', 'tentative'], attendee: attendee?.email ?? '' }
  void [place, query]
  const who = { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
  return { eventType, start: new Date(), attendee: who, location, answers: { topic: 'x', colours: ['red'], count: 3 } }
}

export function refusalsAreKnown(error: PunctualError): string | undefined {
  if (error.code !== 'not_supported') return undefined
  // @ts-expect-error not a reason
  if (error.reason === 'wish') return undefined
  return error.reason
}

/** A provider of one's own may bring scheduling. */
export function ownScheduling(own: ProviderScheduling): void {
  const fact: CapabilityFact = { how: 'none', note: 'There are no holds.' }
  const changed: ProviderScheduling = { ...own, capabilities: { ...own.capabilities, hold: fact } }
  const facts = {
    name: 'acme',
    issuer: 'https://acme.example',
    authorizationEndpoint: 'https://acme.example/authorize',
    tokenEndpoint: 'https://acme.example/token',
    apiBase: 'https://api.acme.example',
    identify: async () => ({ id: '1', name: null, email: null, timeZone: null }),
  }
  defineProvider({ ...facts, scheduling: changed })
  // @ts-expect-error all of it is needed
  defineProvider({ ...facts, scheduling: { capabilities: own.capabilities } })
}
