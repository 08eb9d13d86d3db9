// The pages about one booking: what it is, and below it the form that moves or cancels it, or why nothing can be changed.

import { html } from 'hono/html'
import type { PunctualError } from '../core/errors.ts'
import type { Booking } from '../core/scheduling/model.ts'
import { type Bookable, nothingGiven, type PageTools, sheet } from './bookable.ts'
import { keyAfter } from './booking-form.ts'
import { drawBooking } from './bookings-page.ts'
import { drawCancelForm, drawEnded, drawMoveForm, drawObstacle } from './change-forms.ts'
import { statusOf } from './failure.ts'
import type { Html } from './layout.ts'
import type { Given } from './question-fields.ts'

export const titles = { move: 'Move a booking', cancel: 'Cancel a booking' } as const
const cannot = { move: 'This booking cannot be moved.', cancel: 'This booking cannot be cancelled.' } as const

type Change = keyof typeof titles

/** A form that was sent, and why it was refused. */
interface Sent {
  readonly given?: Given
  readonly error?: PunctualError
}

export interface ChangeSheets {
  about(at: Bookable, change: Change, booking: Booking, content: Html): Promise<Response>
  /** The page that says why nothing can be changed; `null`: something can. */
  obstacle(at: Bookable, change: Change, booking: Booking): Promise<Response> | null
  /** Who else can move it, and where. */
  hint(at: Bookable, booking: Booking): Html | ''
  move(at: Bookable, booking: Booking, sent: Sent & { readonly start: string }): Promise<Response>
  cancel(at: Bookable, booking: Booking, sent?: Sent): Promise<Response>
}

export function changeSheets({ clock }: PageTools): ChangeSheets {
  function about(at: Bookable, change: Change, booking: Booking, content: Html, status = 200): Promise<Response> {
    const shown = html`<section class="card sheet">${drawBooking(booking, at.connection.account.timeZone, clock.now())}</section>`
    return sheet(at, titles[change], at.account, html`${shown}${content}`, status)
  }

  /** `error`: why a form that was sent before is refused. */
  function obstacle(at: Bookable, change: Change, booking: Booking, error?: PunctualError): Promise<Response> | null {
    const ended = drawEnded(booking, (id) => `${at.base}/${change}?${new URLSearchParams({ booking: id })}`)
    if (ended) return about(at, change, booking, ended, error ? 409 : 200)
    const can = at.calendar.can(change === 'move' ? 'reschedule' : 'cancel', booking)
    // What a provider does not move can be booked again.
    if (can.yes || (change === 'move' && can.because === 'provider')) return null
    return about(at, change, booking, html`${drawObstacle(can, cannot[change])}`, error ? 409 : 200)
  }

  /** What the forms have in common. */
  function formOf(at: Bookable, change: Change, booking: Booking, { given = nothingGiven, error }: Sent) {
    return {
      action: `${at.base}/${change}`,
      booking,
      key: keyAfter(given, error ?? null),
      timeZone: at.connection.account.timeZone,
      failure: error ? { error, title: at.title } : null,
    }
  }

  function hint(at: Bookable, booking: Booking): Html | '' {
    return drawObstacle(at.calendar.can('reschedule', booking), cannot.move)
  }

  return {
    about,
    hint,
    obstacle: (at, change, booking) => obstacle(at, change, booking),
    move(at, booking, { start, ...sent }) {
      const can = at.calendar.can('reschedule', booking)
      const form = drawMoveForm({ ...formOf(at, 'move', booking, sent), start, can })
      const status = sent.error ? statusOf(sent.error) : 200
      const content = html`${hint(at, booking)}${form}`
      return obstacle(at, 'move', booking, sent.error) ?? about(at, 'move', booking, content, status)
    },
    cancel(at, booking, sent = {}) {
      const form = drawCancelForm(formOf(at, 'cancel', booking, sent))
      const status = sent.error ? statusOf(sent.error) : 200
      return obstacle(at, 'cancel', booking, sent.error) ?? about(at, 'cancel', booking, form, status)
    },
  }
}
