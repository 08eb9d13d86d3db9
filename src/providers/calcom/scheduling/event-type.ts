// Event types.

import { membersOf, textOf } from '../../../core/json.ts'
import type { EventType, EventTypeLimits, EventTypeOwner, Money, Recurrence } from '../../../core/scheduling/model.ts'
import type { CalcomEventType } from '../api/event-types.ts'
import { locationOf } from './location.ts'
import { questionsOf } from './questions.ts'

/** Cal.com has no switch that makes an event type inactive: a hidden one can be booked too. */
export function eventTypeOf(eventType: CalcomEventType): EventType {
  const { lengthInMinutes, lengthInMinutesOptions, schedulingType } = eventType
  return {
    id: String(eventType.id),
    name: eventType.title,
    slug: eventType.slug,
    description: eventType.description || null,
    active: !isTemplate(eventType),
    hidden: eventType.hidden ?? false,
    bookingUrl: eventType.bookingUrl ?? null,
    durations: [...new Set([lengthInMinutes, ...(lengthInMinutesOptions ?? [])])],
    owner: ownerOf(eventType),
    assignment: schedulingType === 'roundRobin' ? 'round_robin' : (schedulingType ?? 'one'),
    locations: (eventType.locations ?? []).map(locationOf),
    questions: questionsOf(eventType.bookingFields),
    capacity: capacityOf(eventType),
    needsApproval: needsApproval(eventType),
    recurrence: recurrenceOf(eventType),
    price: priceOf(eventType),
    limits: limitsOf(eventType),
    provider: 'calcom',
    raw: eventType,
  }
}

/** A team's managed event type is a template: its members have event types of their own, which are booked. */
export function isTemplate({ schedulingType, teamId, team }: CalcomEventType): boolean {
  return schedulingType === 'managed' && (teamId ?? team ?? null) !== null
}

function ownerOf({ teamId, team, ownerId, users }: CalcomEventType): EventTypeOwner {
  const { id, name } = membersOf(team)
  if (teamId != null || id != null) return { kind: 'team', id: String(teamId ?? id), name: textOf(name) }
  const person = (users ?? []).map(membersOf).find((one) => one.id === ownerId)
  return { kind: 'person', id: ownerId == null ? null : String(ownerId), name: textOf(person?.name) }
}

/** One person books a slot unless the event type has seats. */
function capacityOf({ seats }: CalcomEventType): number | null {
  const { disabled, seatsPerTimeSlot } = membersOf(seats)
  if (typeof seatsPerTimeSlot === 'number' && seatsPerTimeSlot > 0) return seatsPerTimeSlot
  return disabled === true ? 1 : null
}

/** `type: 'time'` means that only bookings at short notice wait: whether one does is not said. */
function needsApproval({ confirmationPolicy }: CalcomEventType): boolean | null {
  const { disabled, type } = membersOf(confirmationPolicy)
  if (type === 'always') return true
  return disabled === true ? false : null
}

function recurrenceOf({ recurrence }: CalcomEventType): Recurrence | null {
  const { frequency, interval, occurrences } = membersOf(recurrence)
  if (typeof frequency !== 'string') return null
  return {
    frequency,
    interval: typeof interval === 'number' ? interval : 1,
    occurrences: typeof occurrences === 'number' ? occurrences : null,
  }
}

function priceOf({ price, currency }: CalcomEventType): Money | null {
  return price && currency ? { amount: price, currency: currency.toUpperCase() } : null
}

function limitsOf(eventType: CalcomEventType): EventTypeLimits | null {
  const limits = {
    noticeMinutes: eventType.minimumBookingNotice ?? null,
    bufferBeforeMinutes: eventType.beforeEventBuffer ?? null,
    bufferAfterMinutes: eventType.afterEventBuffer ?? null,
  }
  return Object.values(limits).every((minutes) => minutes === null) ? null : limits
}
