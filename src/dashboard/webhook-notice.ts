// What came of a button about webhooks or events, as a sentence. The query only ever chooses among these sentences.

import type { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import { type Notice, titleOf } from './notice.ts'
import type { WebhookSubscription } from './subscriptions.ts'

type Sentence = (provider: string) => Notice

const sentences: Readonly<Record<string, Sentence>> = {
  active: (provider) => ({
    tone: 'good',
    title: `${provider} tells of this account’s bookings from now on.`,
    text: 'Each is among the events below as soon as it has happened.',
  }),
  creating: (provider) => waiting(`${provider} has not answered yet.`),
  removing: (provider) => waiting(`${provider} has not taken the subscription away yet.`),
  removed: () => ({ tone: 'plain', title: 'This account’s webhooks have ended.', text: '' }),
  insufficient_scope: (provider) =>
    bad(
      `${provider} has not been allowed to tell of bookings, nothing was changed.`,
      'The account’s card names the permissions that are missing.',
    ),
  plan_limit: () =>
    bad('This account’s plan does not have webhooks, nothing was changed.', 'It comes with a larger plan there.'),
  not_permitted: (provider) =>
    bad(
      `${provider} does not let this account have these webhooks, nothing was changed.`,
      'Its role there is too small.',
    ),
  invalid_request: (provider) =>
    bad(
      `${provider} refused the subscription as it was asked for, nothing was changed.`,
      'A permission may be missing on the OAuth app there, or this server may be out of its reach.',
    ),
  no_webhook_key: (provider) =>
    bad('This app’s webhook key is missing, nothing was changed.', `${provider} showed it when the app was created.`),
  needs_reconnect: () => bad('This account has to be reconnected first, nothing was changed.', ''),
  replayed: () => ({
    tone: 'good',
    title: 'The event is handed over again, for another day.',
    text: 'Reload this page to see whether it has been taken.',
  }),
  event_gone: () => ({
    tone: 'plain',
    title: 'Nothing was changed.',
    text: 'There is no such event any more: dead events are kept for 30 days.',
  }),
  not_dead: () => ({
    tone: 'plain',
    title: 'Nothing was changed.',
    text: 'Only an event that was given up is handed over again; this one has changed since the page was loaded.',
  }),
}

/** `null`: the query is about something else. An outcome that is not known says that it did not work. */
export function webhookNotice(query: URLSearchParams, clients: readonly Client[]): Notice | null {
  if (query.get('punctual') !== 'webhooks') return null
  const client = clients.find(({ id }) => id === query.get('client'))
  const outcome = query.get('outcome') ?? ''
  const found = Object.hasOwn(sentences, outcome) ? sentences[outcome] : undefined
  return (
    found?.(client ? titleOf(client) : 'The provider') ??
    bad('This did not work, nothing was changed.', 'Press the button to try again.')
  )
}

/** The name of what came of it: that of a sentence above, where there is one. */
export function outcomeOf(result: readonly Pick<WebhookSubscription, 'state'>[] | PunctualError): string {
  if (result instanceof Error) {
    const { code, reason = '' } = result
    return Object.hasOwn(sentences, code) ? code : reason
  }
  return result.find(({ state }) => state === 'removing')?.state ?? result[0]?.state ?? 'removed'
}

function waiting(title: string): Notice {
  return { tone: 'plain', title, text: 'It is asked again by itself: reload this page in a minute.' }
}

function bad(title: string, text: string): Notice {
  return { tone: 'bad', title, text }
}
