// Moves and cancels a booking: another free time or a question, then the form.

import { html } from 'hono/html'
import type { Booking } from '../core/scheduling/model.ts'
import type { Rescheduled } from '../core/scheduling/requests.ts'
import { answerOf } from './answer.ts'
import {
  type Bookable,
  failureSheet,
  givenIn,
  type HandleBookable,
  outcomeOf,
  type PageTools,
  redirectToBookings,
  unreadSheet,
} from './bookable.ts'
import { changeSheets, titles } from './change-sheets.ts'
import { notOurForm } from './layout.ts'
import type { Given } from './question-fields.ts'
import { drawSlots, mostSlots, startIn, weekOf } from './slots.ts'
import { take } from './take.ts'

export interface ChangePages {
  readonly chooseTime: HandleBookable
  readonly move: HandleBookable
  readonly confirmCancel: HandleBookable
  readonly cancel: HandleBookable
}

export function changePages({ clock }: PageTools): ChangePages {
  const sheets = changeSheets({ clock })

  /** Reads the booking first: every page shows it. */
  async function withBooking(
    at: Bookable,
    title: string,
    id: string | undefined,
    handle: (booking: Booking) => Promise<Response>,
  ): Promise<Response> {
    const booking = await answerOf(clock, async (signal) => at.calendar.booking(id ?? '', { signal }))
    return booking instanceof Error ? unreadSheet(title, at, { what: 'booking', failure: booking }) : handle(booking)
  }

  return {
    async chooseTime(c, at) {
      const { booking: id, week: asked } = c.req.query()
      const start = startIn(c.req.query('start'))
      return withBooking(at, titles.move, id, async (booking) => {
        const obstacle = sheets.obstacle(at, 'move', booking)
        if (obstacle) return obstacle
        if (start !== null) return sheets.move(at, booking, { start })
        const { eventType } = booking
        const { week, from, to } = weekOf(asked, clock.now())
        const slots = await answerOf(clock, async (signal) =>
          eventType === null ? [] : take(at.calendar.slots({ eventType, from, to }, { signal }), mostSlots),
        )
        if (slots instanceof Error) return failureSheet(titles.move, at, slots)
        const hrefOf = (choice: object) => `${at.base}/move?${new URLSearchParams({ booking: booking.id, ...choice })}`
        const { timeZone } = at.connection.account
        const hint = sheets.hint(at, booking)
        return sheets.about(at, 'move', booking, html`${hint}${drawSlots({ slots, timeZone, week, hrefOf })}`)
      })
    },
    async move(c, at) {
      const given = await givenIn(c, clock)
      const start = startIn(given('start')[0])
      if (start === null) return notOurForm(at.visit)
      return withBooking(at, titles.move, given('booking')[0], async (booking) => {
        const result = await outcomeOf(() =>
          at.calendar.reschedule(
            booking,
            { start },
            { ...changeOptions(given), ...(given('rebook')[0] === 'yes' && { allow: 'rebook' }) },
          ),
        )
        await at.noted('move', result)
        if (result instanceof Error) return sheets.move(at, booking, { start, given, error: result })
        // Without the tick nothing was done: the page says who can.
        if (result.outcome === 'attendee_has_to') return sheets.move(at, booking, { start, given })
        return redirectToBookings(c, at, wordFor(result))
      })
    },
    async confirmCancel(c, at) {
      return withBooking(at, titles.cancel, c.req.query('booking'), (booking) => sheets.cancel(at, booking))
    },
    async cancel(c, at) {
      const given = await givenIn(c, clock)
      return withBooking(at, titles.cancel, given('booking')[0], async (booking) => {
        const result = await outcomeOf(() => at.calendar.cancel(booking, changeOptions(given)))
        await at.noted('cancel', result)
        if (result instanceof Error) return sheets.cancel(at, booking, { given, error: result })
        return redirectToBookings(c, at, 'cancelled')
      })
    },
  }
}

function changeOptions(given: Given): { readonly key: string; readonly reason?: string } {
  const [reason = ''] = given('reason')
  return { key: given('key')[0] ?? '', ...(reason !== '' && { reason }) }
}

function wordFor(result: Exclude<Rescheduled, { outcome: 'attendee_has_to' }>): string {
  if (result.outcome !== 'half') return result.outcome
  return result.booking === null ? 'half_unknown' : 'half_booked'
}
