// Creates, cancels and moves Calendly's scheduled events. Each change is one commit with its webhooks.
// A slot belongs to one active meeting of its host. Moving a meeting creates a new one and two messages.

import type { Span } from '../../time/availability.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { CalendlyEventRow, CancellationRow, InviteeRow } from '../../world/calendly-rows.ts'
import { uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import type { EventType } from '../resources/event-types-of.ts'
import { isOwnerOrAdmin } from '../resources/people.ts'
import { enqueueMessages } from '../webhooks/messages.ts'

/** What a new booking consists of. */
export interface Booking {
  readonly host: CalendlyAccount
  readonly eventType: EventType
  readonly startsAt: number
  readonly location: CalendlyEventRow['location']
  readonly guests: readonly string[]
  readonly invitee: Omit<InviteeRow, 'id' | 'old' | 'new' | 'noShow'>
}

/** Books the slot; the caller has checked that it is free. */
export function book(world: World, now: number, booking: Booking): CalendlyEventRow {
  const { host, eventType, startsAt, location, guests } = booking
  const row: CalendlyEventRow = {
    id: uuid(world.random(16)),
    host: host.id,
    organization: host.organization,
    eventType: eventType.uri.split('/').at(-1) ?? '',
    name: eventType.name,
    startsAt,
    endsAt: startsAt + eventType.duration * 60_000,
    createdAt: now,
    updatedAt: now,
    location,
    guests,
    cancellation: null,
    invitee: { ...booking.invitee, id: uuid(world.random(16)), old: null, new: null, noShow: null },
  }
  world.state.calendly.events[row.id] = row
  world.changed()
  enqueueMessages(world, now, 'invitee.created', row)
  return row
}

/** Cancels the meeting; its slot is free again. */
export function cancel(world: World, now: number, row: CalendlyEventRow, how: Omit<CancellationRow, 'at'>): void {
  row.cancellation = { ...how, at: now }
  row.updatedAt = now
  world.changed()
  enqueueMessages(world, now, 'invitee.canceled', row)
}

/** The invitee moves the meeting: the old one is canceled as rescheduled, and a new one is created. */
export function reschedule(world: World, now: number, row: CalendlyEventRow, startsAt: number): CalendlyEventRow {
  const next: CalendlyEventRow = {
    ...row,
    id: uuid(world.random(16)),
    startsAt,
    endsAt: startsAt + (row.endsAt - row.startsAt),
    createdAt: now,
    updatedAt: now,
    invitee: { ...row.invitee, id: uuid(world.random(16)), old: row.id, new: null, noShow: null },
  }
  world.state.calendly.events[next.id] = next
  row.invitee.new = next.id
  cancel(world, now, row, { by: row.invitee.name, type: 'invitee', reason: null })
  enqueueMessages(world, now, 'invitee.created', next)
  return next
}

/** Returns when the person is busy; `except` is a meeting that is about to move. */
export function takenBy(world: World, host: string, except?: string): Span[] {
  return Object.values(world.state.calendly.events)
    .filter((row) => row.host === host && row.cancellation === null && row.id !== except)
    .map((row) => ({ from: row.startsAt, to: row.endsAt }))
}

/** Whether this person may see and end the meeting: the host, and those who govern the organization. */
export function mayManage(account: CalendlyAccount, row: CalendlyEventRow): boolean {
  return row.host === account.id || isOwnerOrAdmin(account, row.organization)
}
