// What a failure means, for the person at the page.

import { html } from 'hono/html'
import type { PunctualError } from '../core/errors.ts'
import type { Html } from './layout.ts'

/** `title`: what a person calls the provider. */
export function drawFailure(failure: PunctualError, title: string): Html {
  return html`<p class="why">${sentenceOf(failure, title)} <code>${failure.code}</code></p>`
}

function sentenceOf({ code, reason, scopes, message }: PunctualError, title: string): string {
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
      return reason === 'slot_taken' ? 'This time is no longer free. Choose another one.' : message
    case 'rate_limited':
      return `${title} limits how often it can be called. Reload this page in a minute.`
    case 'client_misconfigured':
      return `${title} refuses this app. Check its client id and secret.`
    case 'store_unavailable':
      return 'The database cannot be reached right now.'
    default:
      return message
  }
}
