// Moves and cancels a booking: another free time or a question, then the form.

import { html } from 'hono/html'
import type { PunctualError } from '../core/errors.ts'
import type { Booking } from '../core/scheduling/model.ts'
import type { Rescheduled } from '../core/scheduling/requests.ts'
import { answerOf } from './answer.ts'
import {
  type Bookable,
  failureSheet,
  givenIn,
  type Handle,
  outcomeOf,
  type PageTools,
  redirectToBookings,
  sheet,
} from './bookable.ts'
import { newKey } from './booking-form.ts'
import { drawBooking } from './bookings-page.ts'
import { drawCancelForm, drawMoveForm, drawObstacle } from './change-forms.ts'
import { type Html, notOurForm } from './layout.ts'
import type { Given } from './question-fields.ts'
import { drawSlots, mostSlots, startIn, weekOf } from './slots.ts'
import { take } from './take.ts'

const [moving, cancelling] = ['Move a booking', 'Cancel a booking']

export interface ChangePages {
  readonly chooseTime: Handle
  readonly move: Handle
  readonly confirmCancel: Handle
  readonly cancel: Handle
}

export function changePages({ frame, clock }: PageTools): ChangePages {
  /** Reads the booking first: every page shows it. */
  async function withBooking(
    at: Bookable,
    title: string,
    id: string | undefined,
    handle: (booking: Booking) => Promise<Response>,
  ): Promise<Response> {
    const booking = await answerOf(clock, async (signal) => at.calendar.booking(id ?? '', { signal }))
    return booking instanceof Error ? failureSheet(frame, title, at, booking) : handle(booking)
  }

  function changeSheet(at: Bookable, title: string, booking: Booking, content: Html, failed = false) {
    const shown = html`<section class="card sheet">${drawBooking(booking, at.connection.account.timeZone, clock.now())}</section>`
    return sheet(frame, title, at.account, html`${shown}${content}`, failed ? 400 : 200)
  }

  /** What the forms have in common. */
  function formOf(at: Bookable, path: string, booking: Booking, given: Given | null, error: PunctualError | null) {
    return {
      action: `${at.base}/${path}`,
      booking,
      key: given?.('key')[0] ?? newKey(),
      timeZone: at.connection.account.timeZone,
      failure: error && { error, title: at.title },
    }
  }

  function moveSheet(at: Bookable, booking: Booking, start: string, given: Given | null, error: PunctualError | null) {
    const can = at.calendar.can('reschedule', booking)
    const form = drawMoveForm({ ...formOf(at, 'move', booking, given, error), start, can })
    return changeSheet(at, moving, booking, html`${drawObstacle(can)}${form}`, error !== null)
  }

  function cancelSheet(at: Bookable, booking: Booking, given: Given | null, error: PunctualError | null) {
    const form = drawCancelForm(formOf(at, 'cancel', booking, given, error))
    return changeSheet(at, cancelling, booking, form, error !== null)
  }

  return {
    async chooseTime(c, at) {
      const { booking: id, week: asked } = c.req.query()
      const start = startIn(c.req.query('start'))
      return withBooking(at, moving, id, async (booking) => {
        if (start !== null) return moveSheet(at, booking, start, null, null)
        const { eventType } = booking
        const { week, from, to } = weekOf(asked, clock.now())
        const slots = await answerOf(clock, async (signal) =>
          eventType === null ? [] : take(at.calendar.slots({ eventType, from, to }, { signal }), mostSlots),
        )
        if (slots instanceof Error) return failureSheet(frame, moving, at, slots)
        const hrefOf = (choice: object) => `${at.base}/move?${new URLSearchParams({ booking: booking.id, ...choice })}`
        const { timeZone } = at.connection.account
        const obstacle = drawObstacle(at.calendar.can('reschedule', booking))
        return changeSheet(at, moving, booking, html`${obstacle}${drawSlots({ slots, timeZone, week, hrefOf })}`)
      })
    },
    async move(c, at) {
      const given = await givenIn(c)
      const start = startIn(given('start')[0])
      if (start === null) return notOurForm(frame)
      return withBooking(at, moving, given('booking')[0], async (booking) => {
        const result = await outcomeOf(() =>
          at.calendar.reschedule(
            booking,
            { start },
            { ...changeOptions(given), ...(given('rebook')[0] === 'yes' && { allow: 'rebook' }) },
          ),
        )
        if (result instanceof Error) return moveSheet(at, booking, start, given, result)
        // Without the tick nothing was done: the page says who can.
        if (result.outcome === 'attendee_has_to') return moveSheet(at, booking, start, given, null)
        return redirectToBookings(c, frame, at, wordFor(result))
      })
    },
    async confirmCancel(c, at) {
      return withBooking(at, cancelling, c.req.query('booking'), (booking) => cancelSheet(at, booking, null, null))
    },
    async cancel(c, at) {
      const given = await givenIn(c)
      return withBooking(at, cancelling, given('booking')[0], async (booking) => {
        const result = await outcomeOf(() => at.calendar.cancel(booking, changeOptions(given)))
        if (result instanceof Error) return cancelSheet(at, booking, given, result)
        return redirectToBookings(c, frame, at, 'cancelled')
      })
    },
  }
}

function changeOptions(given: Given): { readonly key: string; readonly reason?: string } {
  const reason = (given('reason')[0] ?? '').trim()
  return { key: given('key')[0] ?? '', ...(reason !== '' && { reason }) }
}

function wordFor(result: Exclude<Rescheduled, { outcome: 'attendee_has_to' }>): string {
  if (result.outcome !== 'half') return result.outcome
  return result.booking === null ? 'half_unknown' : 'half_booked'
}
