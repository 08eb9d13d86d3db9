// What Calendly's webhooks say about bookings. A move is two messages: `invitee.created` with `old_invitee` says all of
// it, so the `invitee.canceled` with `rescheduled` says nothing that it does not. In a group, each invitee who joins or
// leaves is a change of its own: there, an invitee who moves changes two meetings, and each message says one of them.

import { membersOf, timeOf } from '../../../core/json.ts'
import type { BookingChange, ToldBooking } from '../../../core/scheduling/provider.ts'
import { invitee as inviteeShape } from '../api/invitees.ts'
import { scheduledEvent as eventShape } from '../api/scheduled-events.ts'
import { bookingOf, eventOf, isGroup } from './booking.ts'

/** Reads a verified webhook; `null` if it says nothing about a booking, or nothing that another one does not say. */
export function changeOf(name: string, body: unknown): BookingChange | null {
  const { payload, created_at } = membersOf(body)
  const { uri, invitee, event, old_invitee, rescheduled, scheduled_event } = membersOf(payload)
  // The documents do not show the payload of a no-show: it may be the mark, which names its invitee.
  const who = [uri, invitee].find((one) => eventOf(one) !== null)
  const booking = eventOf(who) ?? event
  if (typeof who !== 'string' || typeof booking !== 'string') return null
  const change = { booking, replaces: null, version: who }
  const ofGroup = isGroup(membersOf(scheduled_event)) === true
  const old = eventOf(old_invitee)
  // Who leaves a group for another time does not take the meeting along.
  const replaces = ofGroup ? null : old
  if (name === 'invitee.created')
    return { ...change, type: old === null ? 'booking.created' : 'booking.rescheduled', replaces }
  if (name === 'invitee.canceled')
    return rescheduled === true && !ofGroup ? null : { ...change, type: 'booking.cancelled', replaces }
  // A mark can be set, deleted and set again: each time is a change.
  const noShow = name === 'invitee_no_show.created'
  if (!noShow && name !== 'invitee_no_show.deleted') return null
  const version = `${who} ${timeOf(created_at) ?? ''}`
  const type = noShow ? 'booking.no_show' : 'booking.no_show_cleared'
  return { ...change, type, version, noShows: [{ id: who, noShow }] }
}

/**
 * The booking of such a webhook; `null` if the payload has no scheduled event. It is not whole where a read adds
 * something: the other invitees of a group, and the start of the meeting that it replaces.
 */
export function toldBy(name: string, body: unknown): ToldBooking | null {
  const { payload } = membersOf(body)
  const invitee = inviteeShape().safeParse(payload)
  const event = eventShape().safeParse(membersOf(payload).scheduled_event)
  if (!invitee.success || !event.success) return null
  const booking = bookingOf({ event: event.data, invitees: [invitee.data] })
  const isWhole = isGroup(event.data) === false && booking.replaces === null
  if (!name.startsWith('invitee_no_show.')) return { booking, isWhole }
  // Whether the invitee of such a message has its mark already, or still, is not documented.
  const noShow = name === 'invitee_no_show.created'
  return { booking: { ...booking, attendees: booking.attendees.map((one) => ({ ...one, noShow })) }, isWhole }
}
