// The first page: the two providers and how to reach them, the people, what is booked next, who has access, and what was
// refused lately.

import { html } from 'hono/html'
import { shownBookings } from '../control/bookings.ts'
import { outcomeOf, type RequestOutcome } from '../control/request-filter.ts'
import type { Html } from '../pages/layout.ts'
import type { Account } from '../world/accounts.ts'
import { bookingTable, isUpcoming } from './booking-table.ts'
import { type Cell, type Column, count, empty, facts, section, table, tag } from './elements.ts'
import { form } from './fields.ts'
import { grantsOf, grantTable } from './grant-table.ts'
import { nameOf, personLink, providerName, providerTag } from './names.ts'
import { requestLines } from './request-lines.ts'
import { clockText, zoneText } from './times.ts'
import type { Page, Visit } from './visit.ts'

/** The page at the root. */
export function overview(visit: Visit): Page {
  const { world, clock, journal } = visit.context
  const upcoming = shownBookings(world).filter((one) => isUpcoming(one, clock.now()))
  const isTrouble = (outcome: RequestOutcome): boolean => outcome !== 'ok'
  const trouble = journal
    .list()
    .filter((one) => isTrouble(outcomeOf(one)))
    .reverse()
  const grants = grantsOf(visit.context)
  const content = html`<h1>Calendly and Cal.com in a box</h1>
<p class="lead">Nothing here is real: no account, no mail, no password. Send an app to these addresses.</p>
${section('providers', 'Providers', html`<div class="grid">${provider(visit, 'calendly')}${provider(visit, 'calcom')}</div>`, { live: true })}
${section('people', 'People', people(visit), { live: true })}
${section('next', 'Next bookings', bookingTable(visit, upcoming.slice(0, 5)), { live: true, aside: html`<a href="/bookings">All bookings</a>` })}
${section('access', 'Access given to apps', grants.length === 0 ? noAccess() : grantTable(visit, grants), { live: true })}
${section('trouble', 'Latest requests that did not succeed', trouble.length === 0 ? empty('Nothing was refused so far') : requestLines(visit, trouble.slice(0, 5)), { live: true, aside: html`<a href="/requests">All requests</a>` })}`
  return { title: 'Overview', under: '/', content }
}

function noAccess(): Html {
  return empty(
    'No app has access yet',
    'Connect an account: the sandbox asks who signs in, and what that person allows.',
  )
}

const hosts = {
  calendly: [
    ['Authorization', '/calendly/auth'],
    ['API', '/calendly/api'],
  ],
  calcom: [
    ['App', '/calcom/app'],
    ['API', '/calcom/api'],
  ],
} as const

function provider(visit: Visit, name: 'calendly' | 'calcom'): Html {
  const { world, journal } = visit.context
  const clients = world.state.clients.filter((one) => one.provider === name)
  const requests = journal.list().filter((one) => one.provider === name)
  const refused = requests.filter((one) => outcomeOf(one) !== 'ok').length
  const grants = grantsOf(visit.context).filter((one) => one.provider === name && one.status === 'active').length
  return html`<div class="card">
<h3>${providerName(name)}</h3>
${facts([
  ...hosts[name].map(([title, root]): [string, Cell] => [title, html`<code>${world.root(root)}</code>`]),
  ['Client id', html`<code>${clients[0]?.id ?? ''}</code>`],
  ['Clients', html`<a href="/clients">${count(clients.length, 'client')}</a>`],
  ['Access', count(grants, 'account is connected', 'accounts are connected')],
  [
    'Requests',
    html`<a href="/requests?provider=${name}">${count(requests.length, 'request')}</a>${refused === 0 ? '' : html`, <a class="why" href="/requests?provider=${name}&amp;status=refused">${refused} without success</a>`}`,
  ],
])}
</div>`
}

function people(visit: Visit): Html {
  const { world, clock } = visit.context
  const now = clock.now()
  const grants = grantsOf(visit.context)
  const upcoming = shownBookings(world).filter((one) => isUpcoming(one, now))
  const rows = world.state.accounts.map((account): Cell[] => {
    const { provider: at, id } = account
    const isOfPerson = (one: { provider: string; account: string }): boolean =>
      one.provider === at && one.account === id
    const active = grants.filter((one) => isOfPerson(one) && one.status === 'active').length
    const booked = upcoming.filter(isOfPerson).length
    return [
      html`${personLink(world, at, id)} ${providerTag(at)}<span class="quiet">${account.email}, ${standing(account)}</span>`,
      html`${clockText(now, account.timeZone)}<span class="quiet">${zoneText(account.timeZone, now)}</span>`,
      html`${active === 0 ? html`<span class="hint">not connected</span>` : tag(count(active, 'app'), 'good')}`,
      html`<span class="${booked === 0 ? 'hint' : ''}">${booked === 0 ? 'none' : booked} ahead</span>`,
      form(visit, {
        id: `book-${at}-${id}`,
        to: 'bookings',
        button: 'Book a meeting',
        about: `with ${nameOf(account)} at ${providerName(at)}, at the next open time`,
        next: '/bookings/:id',
        done: 'booked',
        fields: [
          { name: 'provider', label: '', kind: 'hidden', initial: at },
          { name: 'account', label: '', kind: 'hidden', initial: id },
        ],
      }),
    ]
  })
  const columns: Column[] = [
    { head: 'Person' },
    { head: 'Local time', is: 'wide' },
    { head: 'Access' },
    { head: 'Bookings', is: 'keep' },
    { head: 'Book', is: 'act' },
  ]
  return table('People', columns, rows)
}

function standing(account: Account): string {
  if (account.provider === 'calendly') return `${account.plan} plan, ${account.role}`
  return account.organizationId === null ? 'alone' : `in organization ${account.organizationId}`
}
