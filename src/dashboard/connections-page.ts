// The table of connections of all owners: a search, filters, and pages. However many there are, a page takes what a page
// takes.

import { html } from 'hono/html'
import type { ConnectionFacts, ConnectionStatus } from '../core/connection.ts'
import type { FoundConnections } from '../core/operator.ts'
import { type Client, titleOf } from '../core/provider.ts'
import { addressOf, drawEmpty, drawPager, drawTag, drawTime, type Tone } from './elements.ts'
import { drawHead, type Frame, type Html, page } from './layout.ts'
import { clientTitle, nameOf } from './names.ts'

/** What the address of the page asks for; '' where it says nothing. */
export interface ConnectionsQuery {
  readonly text: string
  readonly client: string
  readonly status: string
  /** The id of an error group. */
  readonly error: string
  readonly after: string
}

export interface ShownConnections {
  readonly found: FoundConnections
  readonly query: ConnectionsQuery
  readonly clients: readonly Client[]
  readonly now: number
}

export const statusTexts: Readonly<Record<ConnectionStatus, readonly [tone: Tone, text: string]>> = {
  active: ['good', 'Connected'],
  needs_reconnect: ['bad', 'Must be reconnected'],
  disconnected: ['plain', 'Disconnected'],
}

export function connectionsPage(frame: Frame, shown: ShownConnections): Promise<Response> {
  const { found, query } = shown
  const path = `${frame.base}/connections`
  const { after, ...filters } = query
  const pager = drawPager({
    first: after === '' ? null : addressOf(path, filters),
    next: found.cursor === null ? null : addressOf(path, { ...filters, after: found.cursor }),
    word: 'More connections',
  })
  const content = html`${drawHead('Connections', { note: 'The accounts of all owners, oldest first.' })}
${drawSearch(path, shown)}
${query.error === '' ? '' : html`<p class="note">Those that an error has touched. <a href="${path}">Show all</a></p>`}
<div id="list" data-live>
${found.items.length === 0 ? drawNothing(shown) : drawTable(frame, shown)}
${found.isCut ? html`<p class="note">There are more than can be shown. A longer text finds fewer.</p>` : ''}
</div>
${pager}`
  return page(frame, 200, 'Connections', content)
}

function drawSearch(path: string, { query, clients }: ShownConnections): Html {
  const { text, client, status, error } = query
  const statuses = Object.entries(statusTexts).map(([value, [, title]]) => [value, title] as const)
  const known = clients.map((one) => [one.id, titleOf(one)] as const)
  // A client that is no longer configured may still have connections.
  const others = client !== '' && !clients.some(({ id }) => id === client) ? [[client, client] as const] : []
  return html`<form class="search" method="get" action="${path}" role="search">
<label class="grows">Owner, name, e-mail or id <input type="search" name="text" value="${text}" maxlength="300"></label>
${drawChoice('client', 'Client', 'All clients', [...known, ...others], client)}
${drawChoice('status', 'State', text === '' && error === '' ? 'All but disconnected' : 'All', statuses, status)}
${error === '' ? '' : html`<input type="hidden" name="error" value="${error}">`}
<button>Search</button>
</form>`
}

function drawChoice(
  name: string,
  label: string,
  all: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
): Html {
  return html`<label>${label} <select name="${name}"><option value="">${all}</option>${options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`,
  )}</select></label>`
}

function drawNothing({ query }: ShownConnections): Html {
  const isFiltered = Object.values(query).some((value) => value !== '')
  return isFiltered
    ? drawEmpty(
        'Nothing is found',
        'A text finds what begins with it: an owner, a word of a name, an e-mail address or its domain, or a whole id.',
      )
    : drawEmpty('No account is connected yet', 'An account appears here as soon as its owner has given consent.')
}

function drawTable({ base }: Frame, { found, clients, now }: ShownConnections): Html {
  return html`<div class="card flush"><table class="stack">
<caption class="hidden">Connections</caption>
<thead><tr><th scope="col">Account</th><th scope="col" class="wide">Owner</th><th scope="col" class="wide">Client</th><th scope="col">State</th><th scope="col" class="wide">Changed</th></tr></thead>
<tbody>${found.items.map((one) => drawRow(base, one, clientTitle(clients, one.client), now))}</tbody>
</table></div>`
}

function drawRow(base: string, connection: ConnectionFacts, client: string, now: number): Html {
  const { id, account, owner, status, updatedAt } = connection
  return html`<tr data-row="${id}">
<td class="main"><a href="${base}/connections/${id}"><strong>${nameOf(connection)}</strong></a>
${account.email !== null && account.name !== null ? html`<p class="quiet">${account.email}</p>` : ''}
<p class="quiet phone">${owner} · ${client}</p></td>
<td class="wide">${owner}</td>
<td class="wide keep">${client}</td>
<td class="keep">${drawTag(...statusTexts[status])}</td>
<td class="wide keep">${drawTime(updatedAt, now)}</td>
</tr>`
}
