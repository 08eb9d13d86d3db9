// All bookings with a filter, and the page of one: what was booked, by whom, when and where, and what can be done with it.

import { html } from 'hono/html'
import { shownBookings } from '../control/bookings.ts'
import { timesToMove } from '../control/event-types.ts'
import { shownDeliveries } from '../control/webhooks.ts'
import type { Html } from '../pages/layout.ts'
import type { ShownBooking, ShownGuest } from '../world/shown-booking.ts'
import { bookingTable, bookingTag, guestNames, isUpcoming } from './booking-table.ts'
import { type Cell, empty, facts, paged, section } from './elements.ts'
import { type Field, filter, form } from './fields.ts'
import { missing } from './missing.ts'
import { accountOf, personLink, personName, personOptions, providerName } from './names.ts'
import { timeOptions } from './person.ts'
import { distanceText, whenText, zoneText } from './times.ts'
import type { Page, Visit } from './visit.ts'
import { deliveryLines } from './webhook-lines.ts'

/** All bookings. */
export function bookings(visit: Visit): Page {
  const { world, clock } = visit.context
  const now = clock.now()
  const [provider, account] = (visit.query.get('who') ?? '').split('/', 2)
  const when = visit.query.get('when') || 'upcoming'
  const fits: Record<string, (one: ShownBooking) => boolean> = {
    upcoming: (one) => isUpcoming(one, now),
    past: (one) => !isUpcoming(one, now) && (one.state === 'booked' || one.state === 'waiting'),
    ended: (one) => one.state === 'canceled' || one.state === 'declined',
    all: () => true,
  }
  const found = shownBookings(world)
    .filter(fits[when] ?? (() => true))
    .filter((one) => !provider || (one.provider === provider && (!account || one.account === account)))
  const { rows, pager, total } = paged(when === 'upcoming' ? found : found.reverse(), visit.query)
  const content = html`<h1>Bookings</h1>
<p class="lead">What guests have booked with the people of both providers. To book, choose a person among the <a href="/#people">people</a>.</p>
${filter(visit, 'Bookings', filters(visit))}
<section id="list" aria-label="${total} found" data-live>${total === 0 && visit.query.size > 0 ? empty('No booking fits') : bookingTable(visit, rows)}${pager}</section>`
  return { title: 'Bookings', under: '/bookings', content }
}

function filters({ context }: Visit): Field[] {
  const which = [
    ['', 'Upcoming'],
    ['past', 'Past'],
    ['ended', 'Canceled, moved or declined'],
    ['all', 'All'],
  ]
  const both = ['calendly', 'calcom'].map((value) => ({ value, label: providerName(value) }))
  const options = [{ value: '', label: 'Everyone' }, ...both, ...personOptions(context.world)]
  return [
    {
      name: 'when',
      label: 'Which',
      kind: 'choice',
      options: which.map(([value = '', label = '']) => ({ value, label })),
    },
    { name: 'who', label: 'Of whom', kind: 'choice', options },
  ]
}

/** The page of one booking. */
export function booking(visit: Visit): Page {
  const { world, clock } = visit.context
  const found = shownBookings(world).find(({ id }) => id === visit.params.id)
  if (found === undefined) return missing('There is no such booking', 'It may have been before a reset.')
  const now = clock.now()
  const host = accountOf(world, found.provider, found.account)
  const webhooks = shownDeliveries(world.state).filter(({ body }) => body.includes(found.id))
  const content = html`<div class="head"><h1>${found.eventType} with ${personName(world, found.provider, found.account)}</h1>${bookingTag(found, now)}</div>
<p class="lead">${guestNames(found)}, ${distanceText(Date.parse(found.startsAt), now)}, at ${providerName(found.provider)}.</p>
<section aria-label="What is booked"><div class="card">${whatIsBooked(visit, found, host?.timeZone ?? 'UTC')}</div></section>
${isUpcoming(found, now) ? section('change', 'Change it', changes(visit, found, host?.timeZone ?? 'UTC')) : ''}
${section('webhooks', 'Webhooks about it', webhooks.length === 0 ? empty('Nobody has subscribed', 'An app that subscribes to bookings gets a webhook for each change.') : deliveryLines(visit, webhooks.reverse()), { live: true })}`
  return { title: `${found.eventType}, ${whenText(Date.parse(found.startsAt), 'UTC')}`, under: '/bookings', content }
}

function whatIsBooked({ context: { world } }: Visit, one: ShownBooking, zone: string): Html {
  const [from, to] = [Date.parse(one.startsAt), Date.parse(one.endsAt)]
  const zones = [...new Set([zone, ...one.guests.map((guest) => guest.timeZone)])]
  const times = zones.map(
    (each) =>
      html`<li>${whenText(from, each, to)} <span class="hint">${zoneText(each, from)}${each === zone ? ', the host’s zone' : ', the guest’s zone'}</span></li>`,
  )
  const other = (id: string | null): Cell | null =>
    id === null ? null : html`<a href="/bookings/${encodeURIComponent(id)}">another booking</a>`
  return facts([
    ['What', `${one.eventType}, ${Math.round((to - from) / 60_000)} minutes`],
    ['Host', personLink(world, one.provider, one.account)],
    [
      one.guests.length === 1 ? 'Guest' : 'Guests',
      html`<ul class="plain">${one.guests.map((guest) => guestText(guest, one.state === 'booked' && guest.hasCanceled))}</ul>`,
    ],
    ['When', html`<ul class="plain">${times}</ul>`],
    ['Where', placeOf(one.where)],
    ...one.answers.map(({ question, answer }): [string, string] => [question, answer]),
    ['Ended by', one.endedBy],
    ['Reason', one.reason],
    ['Moved from', other(one.movedFrom)],
    ['Moved to', other(one.movedTo)],
    ['Booked', `${whenText(Date.parse(one.createdAt), 'UTC')} UTC`],
    ['Id', html`<code>${one.id}</code>`],
  ])
}

function guestText({ name, email }: ShownGuest, hasLeft: boolean): Html {
  return html`<li>${name} <span class="hint">${email}${hasLeft ? ', has canceled' : ''}</span></li>`
}

function placeOf(where: string | null): Cell {
  return where ?? 'No place is set.'
}

function changes(visit: Visit, one: ShownBooking, zone: string): Html {
  const { world } = visit.context
  const path = `bookings/${encodeURIComponent(one.id)}`
  const guests = one.guests.filter(({ hasCanceled }) => !hasCanceled)
  const options = guests.map(({ name, email }) => ({ value: email, label: name }))
  const who: Field[] = guests.length < 2 ? [] : [{ name: 'email', label: 'Which guest', kind: 'choice', options }]
  const times = timesToMove(world, one.provider, one.id)
  const reason: Field = { name: 'reason', label: 'Reason, if you like' }
  const move = form(visit, {
    id: 'move',
    to: `${path}/move`,
    button: 'Move it',
    next: '/bookings/:id',
    done: 'moved',
    fields: [
      ...who,
      { name: 'start', label: `New time, in ${zone}`, kind: 'choice', options: timeOptions(times, zone) },
    ],
  })
  const cancel = form(visit, {
    id: 'cancel',
    to: `${path}/cancel`,
    button: 'Cancel it',
    tone: 'danger',
    done: 'canceled',
    fields: [...who, reason],
  })
  return html`<div class="grid">
<div class="card"><h3>The guest moves it</h3>${times.length === 0 ? html`<p class="quiet">There is no other open time in the next 30 days.</p>` : move}</div>
<div class="card"><h3>The guest cancels it</h3>${cancel}</div>
${one.provider === 'calcom' ? hostChanges(visit, one, path) : ''}
</div>`
}

/** At Cal.com the host may confirm and decline what waits, and ask for another time. */
function hostChanges(visit: Visit, { state }: ShownBooking, path: string): Html {
  const fields: Field[] = [{ name: 'reason', label: 'Reason, if you like' }]
  const ask = form(visit, {
    id: 'ask',
    to: `${path}/ask-to-move`,
    button: 'Ask for another time',
    done: 'asked',
    fields,
  })
  if (state === 'booked') return html`<div class="card"><h3>The host asks for another time</h3>${ask}</div>`
  const confirm = {
    id: 'confirm',
    to: `${path}/confirm`,
    button: 'Confirm it',
    tone: 'primary',
    done: 'confirmed',
  } as const
  const decline = {
    id: 'decline',
    to: `${path}/decline`,
    button: 'Decline it',
    tone: 'danger',
    done: 'declined',
  } as const
  return html`<div class="card"><h3>The host confirms it</h3><p class="quiet">The event type needs the host’s word.</p>${form(visit, confirm)}</div>
<div class="card"><h3>The host declines it</h3>${form(visit, { ...decline, fields })}</div>`
}
