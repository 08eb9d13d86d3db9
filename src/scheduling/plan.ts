// What a change is to do, as its row keeps it, and its steps. The steps of a plan that was read from a row are the same ones.

import type { ApiCaller } from '../core/calls.ts'
import type { PunctualError } from '../core/errors.ts'
import type { CheckedBooking, ProviderBooking } from '../core/scheduling/provider.ts'
import type { BookingLinkStore } from '../core/store/booking-links.ts'
import type { Doubt, Found, Step } from './change.ts'
import { judgeFound } from './found-booking.ts'
import { changedMeanwhile } from './key-errors.ts'
import { linkRebooked } from './rebooked-links.ts'
import { withTimeRefused } from './refused-time.ts'
import type { Target } from './target.ts'

export type Plan =
  | { readonly kind: 'book'; readonly request: CheckedBooking }
  | ({
      readonly kind: 'move'
      readonly booking: string
      readonly start: string
      readonly reason: string | null
    } & Keyed)
  /** Books `request`, then cancels the booking, which is one of that chain and has that one attendee. */
  | ({
      readonly kind: 'rebook'
      readonly booking: string
      readonly attendee: string
      readonly chain: string
      readonly request: CheckedBooking
      readonly reason: string | null
      /** When the booking starts. Rows of earlier versions do not say it. */
      readonly previousStart?: string
    } & Keyed)
  | ({
      readonly kind: 'cancel'
      readonly booking: string
      /** The id of the attendee to cancel for; `null`: all of them. */
      readonly attendee: string | null
      readonly following: boolean
      readonly reason: string | null
    } & Keyed)

interface Keyed {
  /** Whether the caller gave a key. Otherwise nobody asks for what came of it: the next caller tries again. */
  readonly isKeyed: boolean
}

export interface StepDependencies {
  readonly target: Pick<Target, 'connection' | 'scheduling' | 'call' | 'now' | 'can'>
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
      const made = (made: string) => rebooked(dependencies, plan, made)
      const { booking, reason, attendee: only } = plan
      const cancel = { booking, reason, attendee: null, following: false, only }
      // What was known of the old booking is from before the new one was made.
      const cancelling = { ...cancellingStep(target, cancel, null), looksFirst: true }
      // A booking that was moved or cancelled meanwhile is not booked again.
      async function recheck(api: ApiCaller): Promise<PunctualError | null> {
        const old = await target.scheduling.booking(api, booking)
        return old.status === 'cancelled' || isChanged(old, only) ? changedMeanwhile() : null
      }
      return [{ ...bookingStep(target, plan.request, made), recheck }, cancelling]
    }
  }
}

/** Whether what is done, or refused, stays the answer to the key. What is cancelled may be cancelled again. */
export function kept(plan: Plan): { readonly keepsDone: boolean; readonly keepsRefusal: boolean } {
  const isKeyed = plan.kind === 'book' || plan.isKeyed
  return { keepsDone: plan.kind !== 'cancel' || isKeyed, keepsRefusal: isKeyed }
}

/** The sends of a step are what the capabilities of an account are learnt from. */
function bookingStep(
  target: StepDependencies['target'],
  request: CheckedBooking,
  made?: (booking: string) => Promise<Doubt | null>,
): Step {
  // Before the booking is read: the webhook about it may be faster. A failure does not answer the request: `made` is called
  // again before the next step.
  const { scheduling, call } = target
  const { eventType, start, durationMinutes, hold } = request
  // A slot that is held is not among the slots, also for its holder.
  const time = { start, eventType: hold === null ? eventType : null, durationMinutes }
  const early = made && (async (booking: string) => void (await made(booking).catch(() => null)))
  return {
    name: 'booking',
    mayRepeat: false,
    ...(made && { made }),
    send: (api) =>
      withTimeRefused(target, api, time, () =>
        call({ what: 'book', id: eventType.id }, undefined, () => scheduling.book(api, request, early)),
      ),
    async look(api, since) {
      return judgeFound(await scheduling.findBooked(api, request), request, since)
    },
  }
}

function movingStep(
  target: StepDependencies['target'],
  { booking: id, start, reason }: Extract<Plan, { readonly kind: 'move' }>,
  known: ProviderBooking | null,
): Step {
  const { scheduling, call } = target
  const { reschedule } = scheduling
  const time = { start, eventType: null, durationMinutes: null }
  return {
    name: 'moving',
    mayRepeat: false,
    async send(api) {
      if (!reschedule) throw new Error('a provider that cannot move bookings')
      const booking = known ?? (await scheduling.booking(api, id))
      return withTimeRefused(target, api, time, () =>
        call({ what: 'reschedule', id }, undefined, () => reschedule(api, booking, { start, reason })),
      )
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
  /** The id of the one attendee whom the booking may have; left out: any. */
  readonly only?: string
}

function cancellingStep(
  { scheduling, call }: StepDependencies['target'],
  { booking: id, attendee: attendeeId, following, reason, only }: Cancelling,
  known: ProviderBooking | null,
): Step {
  let current = known
  const attendeeIn = ({ attendees }: ProviderBooking) => attendees.find((one) => one.id === attendeeId) ?? null

  function judge(booking: ProviderBooking): Found {
    if (isChanged(booking, only)) return { kind: 'refused', error: changedMeanwhile() }
    // Of a series, this booking alone says nothing about the later ones.
    if (following) return { kind: 'none' }
    // Without its attendee, it would be cancelled for all of them.
    const isGone = attendeeId !== null && (attendeeIn(booking)?.status ?? 'cancelled') === 'cancelled'
    return booking.status === 'cancelled' || isGone ? { kind: 'done', booking } : { kind: 'none' }
  }

  async function send(api: ApiCaller): Promise<ProviderBooking> {
    const booking = current ?? (await scheduling.booking(api, id))
    const found = judge(booking)
    if (found.kind === 'done') return booking
    if (found.kind === 'refused') throw found.error
    const how = { reason, following, attendee: attendeeIn(booking) }
    const cancelled = await call({ what: 'cancel', id }, undefined, () => scheduling.cancel(api, booking, how))
    // It may have been moved right before, which cancels it too.
    if (isChanged(cancelled, undefined)) throw changedMeanwhile()
    return cancelled
  }

  return {
    name: 'cancelling',
    mayRepeat: true,
    send,
    async look(api) {
      current = await scheduling.booking(api, id)
      return judge(current)
    },
  }
}

/** Whether somebody has moved the booking, or its attendees are others than the one whom it may have. */
function isChanged({ status, replacedBy, attendees }: ProviderBooking, only: string | undefined): boolean {
  // A link of our own names what replaces a booking that still stands.
  if (status === 'cancelled') return replacedBy !== null
  if (only === undefined) return false
  const standing = attendees.filter((one) => one.status === 'confirmed')
  return standing.length !== 1 || standing[0]?.id !== only
}

/** Must be known before the old booking is cancelled. */
async function rebooked(
  { target, links }: StepDependencies,
  plan: Extract<Plan, { readonly kind: 'rebook' }>,
  made: string,
): Promise<Doubt | null> {
  if (made === plan.booking) return 'same_booking'
  await linkRebooked(links, target.connection, plan, made)
  return null
}
