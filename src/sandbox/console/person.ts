// One person: who it is, what is booked, which event types there are, and which apps have access; and the page where a
// guest chooses what and when.

import { html } from 'hono/html'
import { shownBookings } from '../control/bookings.ts'
import { type OfferedEventType, offeredEventTypes, openTimes } from '../control/event-types.ts'
import type { Html } from '../pages/layout.ts'
import { type Account, handleOf } from '../world/accounts.ts'
import { bookingTable } from './booking-table.ts'
import { type Cell, empty, facts, section, table } from './elements.ts'
import { form, type Option } from './fields.ts'
import { grantsOf, grantTable } from './grant-table.ts'
import { missing } from './missing.ts'
import { accountOf, nameOf, personPath, providerName } from './names.ts'
import { clockText, dayText, whenText, zoneText } from './times.ts'
import type { Page, Visit } from './visit.ts'

/** The page of a person. */
export function person(visit: Visit): Page {
  const account = personOf(visit)
  if (account === null) return missing('There is no such person', 'Look at the people on the overview.')
  const { world, clock } = visit.context
  const now = clock.now()
  const isOfPerson = (one: { provider: string; account: string }): boolean =>
    one.provider === account.provider && one.account === account.id
  const bookings = shownBookings(world).filter(isOfPerson)
  const grants = grantsOf(visit.context).filter(isOfPerson)
  const content = html`<div class="head"><h1>${nameOf(account)}</h1>${bookNext(visit, account)}</div>
<p class="lead">At ${providerName(account.provider)}. It is ${whenText(now, account.timeZone)} there.</p>
${section('bookings', 'Bookings', bookingTable(visit, bookings.slice(-25).reverse()), { live: true })}
${section('access', 'Access given to apps', grants.length === 0 ? empty('No app has access to this account') : grantTable(visit, grants), { live: true })}
${section('types', 'Event types', eventTypes(visit, account))}
${section('about', 'About', html`<div class="card">${about(account, now)}</div>`)}`
  return { title: nameOf(account), under: '/', content }
}

function personOf({ context, params }: Visit): Account | null {
  return accountOf(context.world, params.provider ?? null, params.id ?? null)
}

function about(account: Account, now: number): Html {
  const common: [string, Cell | null][] = [
    ['Email', account.email],
    ['Name in links', handleOf(account)],
    ['Id', html`<code>${account.id}</code>`],
    ['Time zone', zoneText(account.timeZone, now)],
  ]
  if (account.provider === 'calcom') {
    const { organizationId, teams } = account
    return facts([
      ...common,
      ['Organization', organizationId === null ? null : String(organizationId)],
      ['Teams', teams.join(', ')],
    ])
  }
  const { plan, role, organization, group, teams } = account
  return facts([
    ...common,
    ['Plan', plan],
    ['Role', role],
    ['Organization', html`<code>${organization}</code>`],
    ['Group', group],
    ['Teams', teams.join(', ')],
  ])
}

function bookNext(visit: Visit, account: Account): Html {
  return form(visit, {
    id: 'book-next',
    to: 'bookings',
    button: 'Book the next open time',
    tone: 'primary',
    next: '/bookings/:id',
    done: 'booked',
    fields: identity(account),
  })
}

function identity({ provider, id }: Account) {
  return [
    { name: 'provider', label: '', kind: 'hidden', initial: provider },
    { name: 'account', label: '', kind: 'hidden', initial: id },
  ] as const
}

function eventTypes(visit: Visit, account: Account): Html {
  const { world } = visit.context
  const offered = offeredEventTypes(world, account)
  if (offered.length === 0) return empty('This person has no event type that can be booked')
  const rows = offered.map(({ id, name, minutes }) => {
    const [next] = openTimes(world, account, id)
    const to = `${personPath(account.provider, account.id)}/book?eventType=${encodeURIComponent(id)}`
    return [
      html`${name}<span class="quiet">${minutes} min</span>`,
      next === undefined ? 'no open time in 30 days' : whenText(next, account.timeZone),
      html`<a class="button" href="${to}">Choose a time<span class="hidden"> for ${name}</span></a>`,
    ]
  })
  const columns = ['Event type', 'Next open'].map((head) => ({ head }))
  return table('Event types', [...columns, { head: 'Book', is: 'act' }], rows)
}

/** The page where a guest books an event type. */
export function bookPage(visit: Visit): Page {
  const account = personOf(visit)
  if (account === null) return missing('There is no such person', 'Look at the people on the overview.')
  const { world, clock } = visit.context
  const offered = offeredEventTypes(world, account)
  const chosen = offered.find(({ id }) => id === visit.query.get('eventType')) ?? offered[0]
  if (chosen === undefined) return missing('There is nothing to book', 'This person has no event type.')
  const times = openTimes(world, account, chosen.id)
  const content = html`<h1>Book ${chosen.name} with ${nameOf(account)}</h1>
<p class="lead">${chosen.minutes} minutes at ${providerName(account.provider)}. Times are in ${zoneText(account.timeZone, clock.now())}. <a href="${personPath(account.provider, account.id)}">Other event types</a></p>
<section aria-label="Booking">${times.length === 0 ? empty('There is no open time in the next 30 days') : html`<div class="card">${bookForm(visit, account, chosen, times)}</div>`}</section>`
  return { title: `Book ${chosen.name}`, under: '/', content }
}

function bookForm(visit: Visit, account: Account, { id }: OfferedEventType, times: readonly number[]): Html {
  return form(visit, {
    id: 'book',
    to: 'bookings',
    button: 'Book as this guest',
    tone: 'primary',
    next: '/bookings/:id',
    done: 'booked',
    fields: [
      ...identity(account),
      { name: 'eventType', label: '', kind: 'hidden', initial: id },
      { name: 'start', label: 'When', kind: 'choice', options: timeOptions(times, account.timeZone) },
      { name: 'guest.name', label: 'Name of the guest', initial: 'Gil Guest' },
      { name: 'guest.email', label: 'Email of the guest', initial: 'gil@guests.example' },
      {
        name: 'guest.timeZone',
        label: 'Time zone of the guest',
        hint: `Such as America/New_York. Empty: that of the host.`,
      },
    ],
  })
}

/** Open times as the options of a choice, by day; at most a hundred. */
export function timeOptions(times: readonly number[], zone: string): Option[] {
  return times.slice(0, 100).map((at) => ({
    value: new Date(at).toISOString(),
    label: `${dayText(at, zone).slice(0, -5)}, ${clockText(at, zone)}`,
    group: dayText(at, zone),
  }))
}
