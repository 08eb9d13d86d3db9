// What stands around every page of the sandbox: the navigation, the clock, the scenarios that are on, and the notice that
// follows a form.

import { html } from 'hono/html'
import { faultsOn } from '../faults/meet.ts'
import type { Answer } from '../http/exchange.ts'
import { type Html, ownPageAnswer } from '../pages/layout.ts'
import { count, notice } from './elements.ts'
import { spanText, whenText } from './times.ts'
import type { Page, Visit } from './visit.ts'

const entries = [
  ['/', 'Overview'],
  ['/bookings', 'Bookings'],
  ['/clock', 'Clock'],
  ['/scenarios', 'Scenarios'],
  ['/requests', 'Requests'],
  ['/webhooks', 'Webhooks'],
  ['/clients', 'Clients'],
  ['/switches', 'Switches'],
] as const

/** What a form has done, by the word that the address of the next page carries. */
const notices: Readonly<Record<string, string>> = {
  booked: 'Booked. The guest and the host would get a mail now; here only webhooks are sent.',
  moved: 'Moved. This is the new booking.',
  canceled: 'Canceled. The time is open again.',
  asked: 'The host has asked the guest for another time.',
  confirmed: 'The host has confirmed the booking.',
  declined: 'The host has declined the booking.',
  clock: 'The clock has moved.',
  started: 'The scenario is on.',
  changed: 'Done: this has changed at the provider.',
  ended: 'The scenario is over.',
  revoked: 'The access is revoked. The app finds out at its next refresh.',
  sent: 'The webhook is sent again.',
  switched: 'The switch is set.',
  saved: 'Saved.',
  cleared: 'The record is empty.',
  reset: 'Everything is as it was at the beginning.',
}

/** Puts the page into its frame. */
export function framed(visit: Visit, page: Page): Answer {
  const { draft, made, query } = visit
  const done = draft === null && made === null ? notices[query.get('done') ?? ''] : undefined
  // A form without visible fields has no place for its problem.
  const problem = draft !== null && !String(page.content).includes('role="alert"') ? draft.problem.wanted : null
  const body = html`<a class="skip" href="#content">Skip to the content</a>
<header class="top"><div>
<div class="row"><a class="mark" href="/">Sandbox</a>${state(visit)}</div>
<nav aria-label="Pages"><ul>${entries.map(([path, title]) => entry(path, title, page.under))}</ul></nav>
</div></header>
<main id="content">
${problem === null ? '' : notice('bad', problem)}
${done === undefined ? '' : notice('good', done)}
${page.content}
</main>`
  const title = draft === null ? page.title : `Not accepted: ${page.title}`
  return ownPageAnswer(page.status ?? 200, title, body, draft === null && made === null)
}

function entry(path: string, title: string, under: string): Html {
  return html`<li><a href="${path}"${path === under ? html` aria-current="page"` : ''}>${title}</a></li>`
}

/** The clock, and how many scenarios are on. */
function state({ context: { clock, world } }: Visit): Html {
  const on = faultsOn(world.state, clock.now()).length
  const { offset } = world.state
  const apart = offset === 0 ? 'real time' : `${spanText(offset / 1000)} ${offset > 0 ? 'ahead' : 'behind'}`
  return html`<div class="now" id="now" data-live>
<a href="/clock"><span class="figures">${whenText(clock.now(), 'UTC')}</span> UTC, ${apart}</a>
<a href="/scenarios"${on === 0 ? '' : html` class="on"`}>${count(on, 'scenario')} on</a>
</div>`
}
