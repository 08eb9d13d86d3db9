// An account at which the page may book, and what the pages that book, move and cancel have in common.

import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Scheduling } from '../core/scheduling/verbs.ts'
import { drawFailure, isAbsence, statusOf } from './failure.ts'
import { formIn } from './form.ts'
import { drawHead, type Html, page } from './layout.ts'
import { bookingsQuery } from './notice.ts'
import type { Given } from './question-fields.ts'
import type { Visit } from './visit.ts'

export interface Bookable {
  readonly connection: Connection
  readonly calendar: Scheduling
  /** What a person calls the provider. */
  readonly title: string
  /** Such as `Ada Lindqvist at Calendly`. */
  readonly account: string
  /** The path of its pages. */
  readonly base: string
  readonly visit: Visit
  /** Writes to the audit what came of a form. */
  noted(action: 'book' | 'move' | 'cancel', outcome: unknown): Promise<void>
}

export interface PageTools {
  readonly clock: Clock
}

/** Answers a request about an account at which the page may book. */
export type HandleBookable = (c: Context, at: Bookable) => Promise<Response>

/** Returns a page about an account. */
export function sheet(at: Bookable, title: string, about: string, content: Html, status = 200): Promise<Response> {
  const back = { href: `${at.base}/bookings`, text: 'Bookings' }
  return page(
    at.visit,
    status,
    title,
    html`<div class="column">${drawHead(title, { back, note: about })}${content}</div>`,
  )
}

/** Returns a page that says why there is nothing to choose from. */
export function failureSheet(title: string, at: Bookable, failure: PunctualError): Promise<Response> {
  const content = html`<div class="notice bad" role="alert">${drawFailure(failure, at.title)}</div>`
  return sheet(at, title, at.account, content, statusOf(failure))
}

/** The same for what an address or a form names, such as `booking`. */
export function unreadSheet(
  title: string,
  at: Bookable,
  { what, failure }: { readonly what: string; readonly failure: PunctualError },
): Promise<Response> {
  if (!isAbsence(failure)) return failureSheet(title, at, failure)
  const content = html`<div class="notice bad" role="alert"><p>This account has no such ${what}. The link may be old, or of another account.</p></div>
<p class="more"><a href="${at.base}/bookings">Show the bookings</a></p>`
  return sheet(at, title, at.account, content, 404)
}

export const nothingGiven: Given = () => []

/** Returns what a form holds, without the white space around it; nothing if the body is not a form. */
export async function givenIn(c: Context, clock: Clock): Promise<Given> {
  const form = await formIn(c, clock)
  if (!form) return nothingGiven
  return (name) => form.getAll(name).flatMap((value) => (typeof value === 'string' ? value.trim() : []))
}

/** Returns what a change returns, or why it was not made. Throws what is not about this change. */
export async function outcomeOf<Result>(change: () => Promise<Result>): Promise<Result | PunctualError> {
  try {
    return await change()
  } catch (error) {
    if (error instanceof PunctualError && !['store_unavailable', 'connection_not_found'].includes(error.code))
      return error
    throw error
  }
}

/** Redirects to the bookings with a notice. */
export function redirectToBookings(c: Context, at: Bookable, outcome: string): Response {
  c.header('cache-control', 'no-store')
  return c.redirect(`${at.base}/bookings?${bookingsQuery(at.connection.client, outcome)}`, 303)
}
