// Event types.

import type { EventType, EventTypeOwner } from '../../../core/scheduling/model.ts'
import type { CalendlyEventType, CalendlyProfile } from '../api/event-types.ts'
import { locationOf } from './location.ts'
import { questionsOf } from './questions.ts'

/** Calendly keeps buffers, notice and prices to itself, has no recurrence, and hosts never confirm a booking. */
export function eventTypeOf(eventType: CalendlyEventType): EventType {
  const { duration, duration_options, deleted_at } = eventType
  return {
    id: eventType.uri,
    name: eventType.name ?? eventType.slug ?? '',
    slug: eventType.slug ?? null,
    description: eventType.description_plain ?? null,
    active: eventType.active && !deleted_at,
    hidden: eventType.secret ?? false,
    bookingUrl: eventType.scheduling_url,
    durations: [...new Set([duration, ...(duration_options ?? [])])],
    owner: ownerOf(eventType.profile),
    assignment: eventType.pooling_type ?? 'one',
    locations: (eventType.locations ?? []).map(locationOf),
    questions: questionsOf(eventType.custom_questions),
    // How many a group takes is told by its slots and its bookings alone.
    capacity: eventType.kind === 'solo' ? 1 : null,
    needsApproval: false,
    recurrence: null,
    price: null,
    limits: null,
    provider: 'calendly',
    raw: eventType,
  }
}

const owners: ReadonlyMap<string, EventTypeOwner['kind']> = new Map([
  ['User', 'person'],
  ['Team', 'team'],
])

function ownerOf(profile: CalendlyProfile | null | undefined): EventTypeOwner {
  const type = profile?.type ?? 'unknown'
  return { kind: owners.get(type) ?? type, id: profile?.owner ?? null, name: profile?.name ?? null }
}
