// The two pages of an invitee: to cancel a meeting, and to move it. The provider's own look different; what they
// cause is the same. A link is all that it takes, as in an invitation.

import { html } from 'hono/html'
import { type Answer, type Exchange, refused } from '../http/exchange.ts'
import { createRouter, type RouteKey } from '../http/router.ts'
import { type Html, pageAnswer } from '../pages/layout.ts'
import { problemPage } from '../pages/problem.ts'
import { type Availability, isOpenSlot, openSlots } from '../time/availability.ts'
import { isoIn } from '../time/zone.ts'
import type { World } from '../world/world.ts'
import { readTime } from './api/times.ts'
import type { Invited } from './resources/booking-resource.ts'
import { eventTypeById, type HostedEventType } from './resources/event-types-of.ts'
import { cancelInvitee, findInvited, reschedule, takenBy } from './scheduling/booking-state.ts'

type Page = RouteKey & { readonly answer: (world: World, exchange: Exchange, invited: Invited) => Answer }

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
  const invited = findInvited(world, (one) => one.id === found?.params.invitee)
  if (found === null || invited === null)
    return problem(exchange, 404, 'This page does not exist.', 'this invitee does not exist')
  const { row, invitee } = invited
  if (invitee.cancellation !== null) {
    return problem(exchange, 403, 'This meeting is canceled.', 'the invitee, or the host, has canceled before')
  }
  if (row.endsAt <= exchange.now) return problem(exchange, 403, 'This meeting is over.', 'the meeting is over')
  return found.route.answer(world, exchange, invited)
}

function askToCancel(_world: World, _exchange: Exchange, invited: Invited): Answer {
  return card(
    invited,
    'Cancel this meeting?',
    html`<form method="post"><p><label>Reason <input name="reason"></label></p>
<button class="primary">Cancel the meeting</button></form>`,
  )
}

function doCancel(world: World, exchange: Exchange, invited: Invited): Answer {
  const reason = new URLSearchParams(exchange.body).get('reason') || null
  cancelInvitee(world, exchange.now, invited, reason)
  return card(invited, 'The meeting is canceled', html`<p>You may close this page.</p>`)
}

function askForTime(world: World, exchange: Exchange, invited: Invited): Answer {
  const hosted = eventTypeById(world, invited.row.eventType)
  if (hosted === null) return problem(exchange, 404, 'This page does not exist.', 'the event type no longer exists')
  const window = { from: exchange.now + hosted.noticeMs + 1, to: exchange.now + 7 * 86_400_000 }
  const starts = openSlots(availabilityFor(world, hosted, invited), window).slice(0, 40)
  const buttons = starts.map(
    (at) => html`<button name="start_time" value="${new Date(at).toISOString()}">${shownTime(invited, at)}</button>`,
  )
  return card(invited, 'Choose another time', html`<form method="post" class="row">${buttons}</form>`)
}

function doReschedule(world: World, exchange: Exchange, invited: Invited): Answer {
  const startsAt = readTime(new URLSearchParams(exchange.body).get('start_time'))
  const hosted = eventTypeById(world, invited.row.eventType)
  if (startsAt === null || hosted === null || startsAt <= exchange.now + hosted.noticeMs) {
    return problem(exchange, 400, 'Choose a time in the future.', 'start_time is not in the future, or too soon')
  }
  if (!isOpenSlot(availabilityFor(world, hosted, invited), startsAt)) {
    return problem(exchange, 400, 'This time is not available.', 'start_time is taken or outside of the host’s hours')
  }
  const moved = reschedule(world, exchange.now, invited, { hosted, startsAt })
  return card(moved, 'The meeting is moved', html`<p>You may close this page.</p>`)
}

/** The slots of the host for this event type; the one that the invitee is about to leave counts as free. */
function availabilityFor(world: World, hosted: HostedEventType, invited: Invited): Availability {
  const { host, eventType } = hosted
  return { timeZone: host.timeZone, minutes: eventType.duration, taken: takenBy(world, hosted, invited) }
}

function shownTime({ invitee }: Invited, at: number): string {
  return isoIn(invitee.timeZone, at).slice(0, 16).replace('T', ' ')
}

function card(invited: Invited, title: string, content: Html): Answer {
  const { row, invitee } = invited
  const when = shownTime(invited, row.startsAt)
  return pageAnswer(
    200,
    `${title} · Calendly sandbox`,
    html`<section class="card">
<p class="brand">Calendly <span class="tag">sandbox</span></p>
<h1>${title}</h1>
<p>${row.name}, ${when} (${invitee.timeZone}), ${invitee.name}</p>
${content}
</section>`,
  )
}

function problem(exchange: Exchange, status: number, text: string, why: string): Answer {
  return refused(exchange, why, problemPage('Calendly', status, text, why))
}
