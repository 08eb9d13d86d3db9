// Books: an event type, one of its free times, then the form.

import type { PunctualError } from '../core/errors.ts'
import type { EventType } from '../core/scheduling/model.ts'
import { answerOf } from './answer.ts'
import {
  type Bookable,
  failureSheet,
  givenIn,
  type HandleBookable,
  nothingGiven,
  outcomeOf,
  type PageTools,
  redirectToBookings,
  sheet,
  unreadSheet,
} from './bookable.ts'
import { bookingRequestOf, drawBookingForm, keyAfter } from './booking-form.ts'
import { statusOf } from './failure.ts'
import { mistakesIn } from './form-mistakes.ts'
import { notOurForm } from './layout.ts'
import type { Given } from './question-fields.ts'
import { drawEventTypes, drawSlots, mostSlots, startIn, weekOf } from './slots.ts'
import { take } from './take.ts'

const [title, what] = ['Book a meeting', 'event type']
/** Event types on a page. */
const mostEventTypes = 100

export function bookPages({ clock }: PageTools): { readonly choose: HandleBookable; readonly book: HandleBookable } {
  interface Shown {
    readonly given: Given
    readonly error: PunctualError | null
    readonly mistakes: readonly string[]
  }

  function form(at: Bookable, eventType: EventType, start: string, { given, error, mistakes }: Shown) {
    const content = drawBookingForm({
      action: `${at.base}/book`,
      eventType,
      start,
      key: keyAfter(given, error),
      timeZone: at.connection.account.timeZone,
      given,
      failure: error && { error, title: at.title },
      mistakes,
    })
    const status = mistakes.length > 0 ? 400 : error ? statusOf(error) : 200
    return sheet(at, title, at.account, content, status)
  }

  async function chooseEventType(at: Bookable): Promise<Response> {
    const eventTypes = await answerOf(clock, (signal) =>
      take(at.calendar.eventTypes({ active: true }, { signal }), mostEventTypes),
    )
    if (eventTypes instanceof Error) return failureSheet(title, at, eventTypes)
    const hrefOf = (id: string) => `${at.base}/book?${new URLSearchParams({ eventType: id })}`
    return sheet(at, title, at.account, drawEventTypes(eventTypes, at.calendar, hrefOf))
  }

  async function chooseSlot(at: Bookable, eventType: EventType, asked: string | undefined): Promise<Response> {
    const { timeZone } = at.connection.account
    const { week, from, to } = weekOf(asked, clock.now())
    const slots = await answerOf(clock, (signal) =>
      take(at.calendar.slots({ eventType, from, to }, { signal }), mostSlots),
    )
    if (slots instanceof Error) return failureSheet(title, at, slots)
    const hrefOf = (choice: object) => `${at.base}/book?${new URLSearchParams({ eventType: eventType.id, ...choice })}`
    const about = `${eventType.name} of ${at.account}`
    return sheet(at, title, about, drawSlots({ slots, timeZone, week, hrefOf }))
  }

  return {
    async choose(c, at) {
      const { eventType: id, week } = c.req.query()
      const start = startIn(c.req.query('start'))
      if (id === undefined) return chooseEventType(at)
      const eventType = await answerOf(clock, (signal) => at.calendar.eventType(id, { signal }))
      if (eventType instanceof Error) return unreadSheet(title, at, { what, failure: eventType })
      return start === null
        ? chooseSlot(at, eventType, week)
        : form(at, eventType, start, { given: nothingGiven, error: null, mistakes: [] })
    },
    async book(c, at) {
      const given = await givenIn(c, clock)
      const [id = ''] = given('eventType')
      const start = startIn(given('start')[0])
      if (start === null) return notOurForm(at.visit)
      const eventType = await answerOf(clock, (signal) => at.calendar.eventType(id, { signal }))
      if (eventType instanceof Error) return unreadSheet(title, at, { what, failure: eventType })
      const request = bookingRequestOf(eventType, start, given)
      const mistakes = mistakesIn(eventType, request)
      if (mistakes.length > 0) return form(at, eventType, start, { given, error: null, mistakes })
      const booked = await outcomeOf(() => at.calendar.book(request, { key: given('key')[0] ?? '' }))
      await at.noted('book', booked)
      if (booked instanceof Error) return form(at, eventType, start, { given, error: booked, mistakes })
      return redirectToBookings(c, at, booked.status === 'tentative' ? 'requested' : 'booked')
    },
  }
}
