// The requests that the providers got, newest first, with a filter.

import { html } from 'hono/html'
import { filterRequests, readFilter } from '../control/request-filter.ts'
import { count, empty, paged } from './elements.ts'
import { type Field, filter, form } from './fields.ts'
import { personOptions, providerName } from './names.ts'
import { requestLines } from './request-lines.ts'
import type { Page, Visit } from './visit.ts'

const kinds = [
  ['', 'All kinds'],
  ['authorize', 'Consent'],
  ['token', 'Tokens'],
  ['api', 'API calls'],
  ['revoke', 'Revocation'],
  ['introspect', 'Introspection'],
  ['page', 'Pages'],
] as const

const outcomes = [
  ['', 'Any outcome'],
  ['ok', 'Went well'],
  ['refused', 'Refused (4xx)'],
  ['failed', 'Failed (5xx)'],
  ['no_answer', 'No answer'],
] as const

/** The log of requests. */
export function requests(visit: Visit): Page {
  const query = new URLSearchParams(visit.query)
  const [provider = '', account = ''] = (query.get('who') ?? '').split('/', 2)
  if (provider !== '') query.set('provider', provider)
  if (account !== '') query.set('account', account)
  const all = visit.context.journal.list()
  const { rows, pager, total } = paged(filterRequests(all, readFilter(query)).reverse(), visit.query, 30)
  const content = html`<div class="head"><h1>Requests</h1>${all.length === 0 ? '' : clear(visit)}</div>
<p class="lead">What apps have asked of the providers, and why something was refused. Secrets, tokens and codes are cut off. The newest 500 are kept.</p>
${filter(visit, 'Requests', fields(visit))}
<section id="log" aria-label="${count(total, 'request')}" data-live>${listOf(visit, rows, all.length)}${pager}</section>`
  return { title: 'Requests', under: '/requests', content }
}

function listOf(visit: Visit, rows: Parameters<typeof requestLines>[1], known: number) {
  if (rows.length > 0) return requestLines(visit, rows)
  return known > 0
    ? empty('No request fits', html`<a class="button" href="/requests">Show all</a>`)
    : empty('No request has come yet', 'Send an app to the addresses on the overview: what it asks appears here.')
}

function fields({ context, query }: Visit): Field[] {
  const both = ['calendly', 'calcom'].map((value) => ({ value, label: providerName(value) }))
  const asOptions = (list: readonly (readonly [string, string])[]) => list.map(([value, label]) => ({ value, label }))
  const provider = query.get('provider') ?? ''
  const options = [{ value: '', label: 'Both providers' }, ...both, ...personOptions(context.world)]
  return [
    { name: 'who', label: 'Provider or person', kind: 'choice', options, initial: provider },
    { name: 'endpoint', label: 'Kind', kind: 'choice', options: asOptions(kinds) },
    { name: 'status', label: 'Outcome', kind: 'choice', options: asOptions(outcomes) },
  ]
}

function clear(visit: Visit) {
  return form(visit, { id: 'clear', to: 'requests/clear', button: 'Empty the record', done: 'cleared' })
}
