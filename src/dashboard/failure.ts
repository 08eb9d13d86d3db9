// What a failure means, for the person at the page, and the status of the page that shows it.

import { html } from 'hono/html'
import type { PunctualError } from '../core/errors.ts'
import type { Html } from './layout.ts'

/** `title`: what a person calls the provider. */
export function drawFailure(failure: PunctualError, title: string): Html {
  return html`<p class="why">${sentenceOf(failure, title)} <code>${failure.code}</code></p>`
}

/** A person's mistake, and what a person may not do, are not faults of a server. */
export function statusOf({ code, reason }: PunctualError): number {
  switch (code) {
    case 'provider_refused':
      return refusals[reason ?? '']?.status ?? 400
    case 'invalid_argument':
    case 'not_supported':
      return 400
    case 'insufficient_scope':
    case 'needs_reconnect':
      return 403
    case 'rate_limited':
    case 'store_unavailable':
      return 503
    default:
      return 502
  }
}

/** Whether an address or a form names something that this account does not have. */
export function isAbsence({ code, reason }: PunctualError): boolean {
  if (code === 'invalid_argument') return true
  return code === 'provider_refused' && (reason === 'not_found' || reason === 'not_permitted')
}

interface Refusal {
  readonly status: number
  sentence(title: string): string
}

const otherTime = 'This time is no longer free. Choose another one.'

/** By the reason of `provider_refused`. */
const refusals: Readonly<Record<string, Refusal>> = {
  slot_taken: { status: 409, sentence: () => otherTime },
  in_the_past: { status: 409, sentence: () => 'This time is over. Choose another one.' },
  changed: { status: 409, sentence: () => 'The booking has changed meanwhile. Load the bookings again.' },
  already_done: { status: 409, sentence: () => 'This was done before.' },
  not_found: { status: 404, sentence: (title) => `${title} does not have this any more.` },
  not_permitted: { status: 403, sentence: (title) => `${title} does not permit this account to do this.` },
  plan_limit: { status: 403, sentence: (title) => `The plan of the account at ${title} does not include this.` },
  calendar_unavailable: {
    status: 502,
    sentence: (title) => `${title} cannot reach the calendar of the account. Try again in a moment.`,
  },
  invalid_request: {
    status: 400,
    sentence: (title) => `${title} did not accept this. Check what you entered, or choose another time.`,
  },
}

function sentenceOf({ code, reason, scopes, message }: PunctualError, title: string): string | Html {
  switch (code) {
    case 'insufficient_scope':
      return `This call needs a permission that was not granted: ${scopes?.join(', ') || 'the provider does not say which'}.`
    case 'needs_reconnect':
      return `${title} no longer accepts this connection.`
    case 'provider_unavailable':
      return reason === 'outcome_unknown'
        ? `Whether ${title} has done it is not known yet. Press the button again in a moment: nothing is done twice.`
        : `${title} did not respond. The connection is kept. Reload this page in a moment.`
    case 'provider_refused':
      return refusals[reason ?? '']?.sentence(title) ?? `${title} refused this.`
    case 'rate_limited':
      return `${title} limits how often it can be called. Reload this page in a minute.`
    case 'client_misconfigured':
      return `${title} refuses this app. Check its client id and secret.`
    case 'store_unavailable':
      return 'The database cannot be reached right now.'
    case 'invalid_argument':
      // A form is checked before it is sent on. What is left is a mistake of the application.
      return html`This was not accepted. A form that was sent before, with other entries, must be opened again. <span class="quiet">${message}</span>`
    default:
      return message
  }
}
