// The two pages of an invitee: to cancel a meeting, and to move it. The provider's own look different; what they
// cause is the same. A link is all that it takes, as in an invitation.

import { html } from 'hono/html'
import { type Answer, type Exchange, refused } from '../http/exchange.ts'
import { createRouter, type RouteKey } from '../http/router.ts'
import { type Html, pageAnswer } from '../pages/layout.ts'
import { problemPage } from '../pages/problem.ts'
import { type Availability, isOpenSlot, openSlots } from '../time/availability.ts'
import { isoIn } from '../time/zone.ts'
import { type CalendlyAccount, findAccount } from '../world/accounts.ts'
import type { CalendlyEventRow } from '../world/calendly-rows.ts'
import type { World } from '../world/world.ts'
import { readTime } from './api/times.ts'
import { cancel, reschedule, takenBy } from './scheduling/booking-state.ts'

type Page = RouteKey & { readonly answer: (world: World, exchange: Exchange, row: CalendlyEventRow) => Answer }

const table: readonly Page[] = [
  { method: 'GET', path: '/cancellations/:invitee', answer: askToCancel },
  { method: 'POST', path: '/cancellations/:invitee', answer: doCancel },
  { method: 'GET', path: '/reschedulings/:invitee', answer: askForTime },
  { method: 'POST', path: '/reschedulings/:invitee', answer: doReschedule },
]
const findRoute = createRouter(table)

/** Serves a request to the invitee's pages. */
export function calendlySite(world: World, exchange: Exchange): Answer {
  const found = findRoute(exchange.method, exchange.path)
  const row = Object.values(world.state.calendly.events).find((one) => one.invitee.id === found?.params.invitee)
  if (found === null || row === undefined)
    return problem(exchange, 404, 'This page does not exist.', 'this invitee does not exist')
  if (row.cancellation !== null) {
    return problem(exchange, 403, 'This meeting is canceled.', 'the meeting has been canceled before')
  }
  if (row.endsAt <= exchange.now) return problem(exchange, 403, 'This meeting is over.', 'the meeting is over')
  return found.route.answer(world, exchange, row)
}

function askToCancel(_world: World, _exchange: Exchange, row: CalendlyEventRow): Answer {
  return card(
    row,
    'Cancel this meeting?',
    html`<form method="post"><p><label>Reason <input name="reason"></label></p>
<button class="primary">Cancel the meeting</button></form>`,
  )
}

function doCancel(world: World, exchange: Exchange, row: CalendlyEventRow): Answer {
  const reason = new URLSearchParams(exchange.body).get('reason') || null
  cancel(world, exchange.now, row, { by: row.invitee.name, type: 'invitee', reason })
  return card(row, 'The meeting is canceled', html`<p>You may close this page.</p>`)
}

function askForTime(world: World, exchange: Exchange, row: CalendlyEventRow): Answer {
  const host = hostOf(world, row)
  if (host === null) return problem(exchange, 404, 'This page does not exist.', 'the host no longer exists')
  const window = { from: exchange.now + 1, to: exchange.now + 7 * 86_400_000 }
  const starts = openSlots(availabilityFor(world, host, row), window).slice(0, 40)
  const buttons = starts.map(
    (at) =>
      html`<button name="start_time" value="${new Date(at).toISOString()}">${isoIn(row.invitee.timeZone, at).slice(0, 16).replace('T', ' ')}</button>`,
  )
  return card(row, 'Choose another time', html`<form method="post" class="row">${buttons}</form>`)
}

function doReschedule(world: World, exchange: Exchange, row: CalendlyEventRow): Answer {
  const startsAt = readTime(new URLSearchParams(exchange.body).get('start_time'))
  const host = hostOf(world, row)
  if (startsAt === null || host === null || startsAt <= exchange.now) {
    return problem(exchange, 400, 'Choose a time in the future.', 'start_time is not in the future')
  }
  if (!isOpenSlot(availabilityFor(world, host, row), startsAt)) {
    return problem(exchange, 400, 'This time is not available.', 'start_time is taken or outside of the host’s hours')
  }
  return card(
    reschedule(world, exchange.now, row, startsAt),
    'The meeting is moved',
    html`<p>You may close this page.</p>`,
  )
}

/** The slots of the host for a meeting of this length; the one it is about to leave counts as free. */
function availabilityFor(world: World, host: CalendlyAccount, row: CalendlyEventRow): Availability {
  const minutes = (row.endsAt - row.startsAt) / 60_000
  return { timeZone: host.timeZone, minutes, taken: takenBy(world, host.id, row.id) }
}

function hostOf(world: World, row: CalendlyEventRow): CalendlyAccount | null {
  const host = findAccount(world.state.accounts, 'calendly', row.host)
  return host?.provider === 'calendly' ? host : null
}

function card(row: CalendlyEventRow, title: string, content: Html): Answer {
  const when = isoIn(row.invitee.timeZone, row.startsAt).slice(0, 16).replace('T', ' ')
  return pageAnswer(
    200,
    `${title} · Calendly sandbox`,
    html`<section class="card">
<p class="brand">Calendly <span class="tag">sandbox</span></p>
<h1>${title}</h1>
<p>${row.name}, ${when} (${row.invitee.timeZone}), ${row.invitee.name}</p>
${content}
</section>`,
  )
}

function problem(exchange: Exchange, status: number, text: string, why: string): Answer {
  return refused(exchange, why, problemPage('Calendly', status, text, why))
}
