// The sandbox's own pages by their addresses, and what follows a form: the page that it was on, again with the reason
// beside the field, or the next page. The control does the work.

import type { ControlAnswer, ControlContext } from '../control/call.ts'
import { type Answer, type Exchange, mediaType, redirectAnswer } from '../http/exchange.ts'
import { createRouter } from '../http/router.ts'
import { refusedPage } from '../pages/problem.ts'
import { booking, bookings } from './bookings.ts'
import { clients } from './clients.ts'
import { clock } from './clock.ts'
import { framed } from './frame.ts'
import { missing } from './missing.ts'
import { overview } from './overview.ts'
import { bookPage, person } from './person.ts'
import { requests } from './requests.ts'
import { scenarioPage } from './scenarios.ts'
import { switchPage } from './switches.ts'
import type { Draft, Page, Visit } from './visit.ts'
import { webhooks } from './webhooks.ts'

const pages: Readonly<Record<string, (visit: Visit) => Page>> = {
  '/': overview,
  '/people/:provider/:id': person,
  '/people/:provider/:id/book': bookPage,
  '/bookings': bookings,
  '/bookings/:id': booking,
  '/clock': clock,
  '/scenarios': scenarioPage,
  '/requests': requests,
  '/webhooks': webhooks,
  '/clients': clients,
  '/switches': switchPage,
}
const findPage = createRouter(Object.entries(pages).map(([path, page]) => ({ method: 'GET', path, page })))

/** The page at that address; null if the sandbox has none there. */
export function ownPage(context: ControlContext, exchange: Exchange): Answer | null {
  const found = findPage('GET', exchange.path)
  if (found !== null) return show(context, exchange.path + exchange.search, { draft: null, made: null })
  const wantsPage = (exchange.headers.get('accept') ?? '').includes('text/html')
  if (!wantsPage) return null
  const visit = { context, path: exchange.path, query: exchange.query, params: {}, draft: null, made: null }
  return framed(visit, missing('There is no page at this address', 'Choose one of the pages above.'))
}

/** Whether a form of the pages has sent it. */
export function isFromPage(exchange: Exchange): boolean {
  const wantsPage = (exchange.headers.get('accept') ?? '').includes('text/html')
  return wantsPage && mediaType(exchange) === 'application/x-www-form-urlencoded'
}

/** What a person sees after a form, by what the control has answered. */
export function afterForm(context: ControlContext, exchange: Exchange, answer: ControlAnswer): Answer {
  const values = new URLSearchParams(exchange.body)
  const from = values.get('_page')
  const here = from !== null && isOwnPage(from) ? from : null
  if (answer.status >= 400) {
    const { problem } = answer
    // A form of another site gets nothing of the pages.
    if (here === null || problem === undefined) return refusedPage(answer.status, errorOf(answer))
    const draft: Draft = { form: values.get('_form') ?? '', values, problem }
    return { ...show(context, here, { draft, made: null }), status: answer.status }
  }
  const body = typeof answer.body === 'object' ? (answer.body as Record<string, unknown>) : {}
  if (here !== null && ('secret' in body || 'webhookKey' in body))
    return show(context, here, { draft: null, made: body })
  const next = values.get('_next')?.replace(':id', encodeURIComponent(String(body.id ?? ''))) ?? here ?? '/'
  return redirectAnswer(withNotice(isOwnPage(next) ? next : '/', values.get('_done')), 303)
}

function show(context: ControlContext, address: string, rest: Pick<Visit, 'draft' | 'made'>): Answer {
  const { pathname, searchParams: query } = new URL(address, 'http://sandbox.test')
  const found = findPage('GET', pathname)
  const named = Object.entries(found?.params ?? {}).map(([name, value]) => [name, decoded(value)])
  const visit: Visit = { context, path: pathname, query, params: Object.fromEntries(named), ...rest }
  return framed(visit, (found?.route.page ?? overview)(visit))
}

function isOwnPage(address: string): boolean {
  const url = URL.parse(address, 'http://sandbox.test')
  return url?.origin === 'http://sandbox.test' && findPage('GET', url.pathname) !== null
}

function withNotice(address: string, done: string | null): string {
  const { pathname, searchParams } = new URL(address, 'http://sandbox.test')
  if (done === null) searchParams.delete('done')
  else searchParams.set('done', done)
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`
}

function errorOf({ body }: Answer): string {
  return typeof body === 'object' && 'error' in body ? String(body.error) : 'The sandbox has refused it.'
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
