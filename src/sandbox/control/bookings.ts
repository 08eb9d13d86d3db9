// Plays the guest of a person: books, moves and cancels, so that webhooks can be seen without code, and so that somebody
// takes a slot at the wrong moment. At Cal.com it also plays the host who asks for another time.

import { z } from 'zod'
import {
  askToMove,
  bookAsGuest as bookAtCalcom,
  cancelAsGuest as cancelAtCalcom,
  decideAsHost,
  moveAsGuest as moveAtCalcom,
} from '../calcom/scheduling/guest.ts'
import { shownBookings as bookingsAtCalcom } from '../calcom/scheduling/shown-bookings.ts'
import {
  bookAsGuest as bookAtCalendly,
  cancelAsGuest as cancelAtCalendly,
  moveAsGuest as moveAtCalendly,
} from '../calendly/scheduling/guest.ts'
import { shownBookings as bookingsAtCalendly } from '../calendly/scheduling/shown-bookings.ts'
import { jsonAnswer } from '../http/exchange.ts'
import { isTimeZone } from '../time/zone.ts'
import { findAccount, noAccount } from '../world/accounts.ts'
import { type GuestBookingRef, type GuestOutcome, guestRefusals } from '../world/guest.ts'
import { ownProperty } from '../world/own-property.ts'
import type { ShownBooking } from '../world/shown-booking.ts'
import type { World } from '../world/world.ts'
import { absent, badInput, type ControlAnswer, type ControlCall, type ControlRoute, checkBody } from './call.ts'

const start = z.iso.datetime({ offset: true, error: 'give a time such as 2026-11-27T09:00:00Z' })
const email = z.email({ error: 'give the email address of a guest' })
const wanted = z.strictObject({
  provider: z.enum(['calendly', 'calcom'], { error: 'give "calendly" or "calcom"' }),
  account: z.string({ error: 'give the id, the slug or the email address of an account' }),
  eventType: z.string({ error: 'give the name, the slug or the id of an event type' }).optional(),
  start: start.optional(),
  guest: z
    .strictObject({
      name: z.string({ error: 'give the name of a guest' }).min(1, { error: 'give the name of a guest' }),
      email,
      timeZone: z.string().refine(isTimeZone, { error: 'give an IANA time zone such as Europe/Stockholm' }).optional(),
    })
    .optional(),
})
const change = z.strictObject({
  email: email.optional(),
  reason: z.string().optional(),
  start: start.optional(),
})
type Change = z.infer<typeof change>

const gil: { name: string; email: string; timeZone?: string | undefined } = {
  name: 'Gil Guest',
  email: 'gil@guests.example',
}

/** The endpoints of the bookings. */
export const bookingRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/control/bookings',
    answer: ({ world }) => jsonAnswer(200, { bookings: shownBookings(world) }),
  },
  { method: 'POST', path: '/control/bookings', answer: bookAsGuest },
  {
    method: 'POST',
    path: '/control/bookings/:id/move',
    answer: (call) =>
      changed(call, (world, ref, { start: at }) =>
        (isAtCalendly(world, ref) ? moveAtCalendly : moveAtCalcom)(world, ref, timeOf(at)),
      ),
  },
  {
    method: 'POST',
    path: '/control/bookings/:id/cancel',
    answer: (call) =>
      changed(call, (world, ref, { reason }) =>
        (isAtCalendly(world, ref) ? cancelAtCalendly : cancelAtCalcom)(world, ref, reason ?? null),
      ),
  },
  {
    method: 'POST',
    path: '/control/bookings/:id/ask-to-move',
    answer: (call) => changed(call, (world, ref, { reason }) => askToMove(world, ref, reason ?? null)),
  },
  ...(['confirm', 'decline'] as const).map((decision) => ({
    method: 'POST',
    path: `/control/bookings/:id/${decision}`,
    answer: (call: ControlCall) =>
      changed(call, (world, { id }, { reason }) =>
        decideAsHost(world, id, { yes: decision === 'confirm', reason: reason ?? null }),
      ),
  })),
]

/** All bookings of both providers, by when they begin. */
export function shownBookings(world: World): ShownBooking[] {
  const all = [...bookingsAtCalendly(world), ...bookingsAtCalcom(world)]
  return all.sort((a, b) => a.startsAt.localeCompare(b.startsAt))
}

function bookAsGuest(call: ControlCall): ControlAnswer {
  return checkBody(call, wanted, 'A booking', ({ provider, account, eventType, start: at, guest = gil }) => {
    const { world, exchange } = call
    const host = findAccount(world.state.accounts, provider, account)
    if (host === null) return absent(exchange, noAccount(world.state.accounts, provider, account))
    const wish = {
      eventType: eventType ?? null,
      startsAt: timeOf(at),
      guest: { ...guest, timeZone: guest.timeZone ?? null },
    }
    const outcome = host.provider === 'calendly' ? bookAtCalendly(world, host, wish) : bookAtCalcom(world, host, wish)
    return shown(call, outcome, 201)
  })
}

function changed(
  call: ControlCall,
  make: (world: World, ref: GuestBookingRef, change: Change) => GuestOutcome | null,
): ControlAnswer {
  return checkBody(call, change, 'A change of a booking', (asked) => {
    const { world, exchange, params } = call
    const ref = { id: params.id ?? '', email: asked.email ?? null }
    const outcome = make(world, ref, asked)
    if (outcome !== null) return shown(call, outcome, 200)
    return absent(
      exchange,
      `There is no booking ${JSON.stringify(ref.id)} with this guest: take the id of the answer to POST /control/bookings, or the end of its address.`,
    )
  })
}

function shown({ exchange }: ControlCall, outcome: GuestOutcome, status: number): ControlAnswer {
  if ('refused' in outcome) {
    const field = outcome === guestRefusals.closed ? 'start' : null
    return badInput(exchange, outcome.refused, { field, wanted: outcome.refused })
  }
  return jsonAnswer(status, { ...outcome, startsAt: new Date(outcome.startsAt).toISOString() })
}

/** The ids of the two providers' bookings never meet. */
function isAtCalendly(world: World, { id }: GuestBookingRef): boolean {
  return ownProperty(world.state.calendly.events, id) !== undefined
}

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text)
}
