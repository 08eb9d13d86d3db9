// What a change is to do, as its row keeps it, and its steps. The steps of a plan that was read from a row are the same ones.

import type { ApiCaller } from '../core/calls.ts'
import type { CheckedBooking, ProviderBooking } from '../core/scheduling/provider.ts'
import type { BookingLinkStore } from '../core/store/booking-links.ts'
import type { Found, Step } from './change.ts'
import { changedMeanwhile } from './key-errors.ts'
import type { Target } from './target.ts'

export type Plan =
  | { readonly kind: 'book'; readonly request: CheckedBooking }
  | { readonly kind: 'move'; readonly booking: string; readonly start: string; readonly reason: string | null }
  /** Books `request`, then cancels the booking, which is one of that chain. */
  | {
      readonly kind: 'rebook'
      readonly booking: string
      readonly chain: string
      readonly request: CheckedBooking
      readonly reason: string | null
    }
  | {
      readonly kind: 'cancel'
      readonly booking: string
      /** The id of the attendee to cancel for; `null`: all of them. */
      readonly attendee: string | null
      readonly following: boolean
      readonly reason: string | null
    }

export interface StepDependencies {
  readonly target: Pick<Target, 'connection' | 'scheduling' | 'call'>
  readonly links: Pick<BookingLinkStore, 'put'>
}

/** `known`: the booking that is changed, if it has just been read. */
export function stepsOf(dependencies: StepDependencies, plan: Plan, known: ProviderBooking | null): readonly Step[] {
  const { target } = dependencies
  switch (plan.kind) {
    case 'book':
      return [bookingStep(target, plan.request)]
    case 'move':
      return [movingStep(target, plan, known)]
    case 'cancel':
      return [cancellingStep(target, plan, known)]
    case 'rebook': {
      const made = (booking: string) => linkRebooked(dependencies, plan, booking)
      const cancel = { ...plan, attendee: null, following: false }
      return [bookingStep(target, plan.request, made), cancellingStep(target, cancel, known)]
    }
  }
}

/** The sends of a step are what the capabilities of an account are learnt from. */
function bookingStep(
  { scheduling, call }: StepDependencies['target'],
  request: CheckedBooking,
  made?: (booking: string) => Promise<void>,
): Step {
  // Before the booking is read: the webhook about it may be faster. A failure does not concern the request: `made` is
  // called again before the next step.
  const early = made && ((booking: string) => made(booking).catch(() => {}))
  return {
    name: 'booking',
    mayRepeat: false,
    ...(made && { made }),
    send: (api) =>
      call({ what: 'book', id: request.eventType.id }, undefined, () => scheduling.book(api, request, early)),
    async look(api, since) {
      const found = await scheduling.findBooked(api, request, since)
      const [booking, ...others] = found
      if (!booking) return { kind: 'none' }
      return others.length > 0 ? { kind: 'doubt', doubt: 'found_several' } : { kind: 'done', booking }
    },
  }
}

function movingStep(
  { scheduling, call }: StepDependencies['target'],
  { booking: id, start, reason }: Extract<Plan, { readonly kind: 'move' }>,
  known: ProviderBooking | null,
): Step {
  const { reschedule } = scheduling
  return {
    name: 'moving',
    mayRepeat: false,
    async send(api) {
      if (!reschedule) throw new Error('a provider that cannot move bookings')
      const booking = known ?? (await scheduling.booking(api, id))
      return call({ what: 'reschedule', id }, undefined, () => reschedule(api, booking, { start, reason }))
    },
    async look(api): Promise<Found> {
      const { replacedBy } = await scheduling.booking(api, id)
      if (replacedBy === null) return { kind: 'none' }
      const booking = await scheduling.booking(api, replacedBy)
      if (Date.parse(booking.start) === Date.parse(start)) return { kind: 'done', booking }
      // A booking is replaced once: somebody else was faster.
      return { kind: 'refused', error: changedMeanwhile() }
    },
  }
}

interface Cancelling {
  readonly booking: string
  readonly attendee: string | null
  readonly following: boolean
  readonly reason: string | null
}

function cancellingStep(
  { scheduling, call }: StepDependencies['target'],
  { booking: id, attendee: attendeeId, following, reason }: Cancelling,
  known: ProviderBooking | null,
): Step {
  const attendeeIn = ({ attendees }: ProviderBooking) => attendees.find((one) => one.id === attendeeId) ?? null
  const isDone = (booking: ProviderBooking) =>
    booking.status === 'cancelled' ||
    (attendeeId !== null && (attendeeIn(booking)?.status ?? 'cancelled') === 'cancelled')

  async function send(api: ApiCaller): Promise<ProviderBooking> {
    const booking = known ?? (await scheduling.booking(api, id))
    // Without its attendee, it would be cancelled for all of them.
    if (isDone(booking)) return booking
    const how = { reason, following, attendee: attendeeIn(booking) }
    return call({ what: 'cancel', id }, undefined, () => scheduling.cancel(api, booking, how))
  }

  return {
    name: 'cancelling',
    mayRepeat: true,
    send,
    async look(api) {
      const booking = await scheduling.booking(api, id)
      return isDone(booking) ? { kind: 'done', booking } : { kind: 'none' }
    },
  }
}

/** The provider does not know that one booking replaces the other, so it must be known before the old one is cancelled. */
async function linkRebooked(
  { target, links }: StepDependencies,
  { booking, chain }: Extract<Plan, { readonly kind: 'rebook' }>,
  made: string,
): Promise<void> {
  const { connection } = target
  await links.put({ connection, booking: made, chain, replaces: booking, replacedBy: null })
  await links.put({ connection, booking, chain, replaces: null, replacedBy: made })
}
