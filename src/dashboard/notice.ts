// The notice that tells a person what has just happened. The query of the page chooses among fixed sentences: nothing
// of it is repeated.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import type { ConnectionFacts } from '../core/connection.ts'
import type { PunctualError } from '../core/errors.ts'
import type { ReplayResult } from '../core/operator.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { Html } from './layout.ts'
import { nameOf } from './names.ts'
import {
  actionOutcomes,
  attemptRefusals,
  bookingOutcomes,
  buttonOutcomes,
  connectErrors,
  type Notice,
  type Sentences,
  unknownConnectError,
  unknownOutcome,
} from './sentences.ts'
import type { WebhookSubscription } from './subscriptions.ts'
import { spanText } from './time.ts'

export function drawNotice({ tone, title, text }: Notice): Html {
  return html`<div class="notice ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}">
<p><strong>${title}</strong>${text ? html` ${text}` : ''}</p>
</div>`
}

type DisconnectResult = Awaited<ReturnType<Connection['disconnect']>>

/** Returns the notice for the query with which a person comes back; `null` where there is nothing to say. */
export function noticeOf(
  query: URLSearchParams,
  clients: readonly Client[],
  connections: readonly Pick<ConnectionFacts, 'id' | 'account'>[],
): Notice | null {
  const client = clients.find(({ id }) => id === query.get('client'))
  const title = client ? titleOf(client) : null
  switch (query.get('punctual')) {
    case 'failed': {
      const [sentences, word] =
        query.get('error') === 'attempt_refused'
          ? [attemptRefusals, query.get('reason')]
          : [connectErrors, query.get('error')]
      return choose(sentences, word, title ?? 'the provider') ?? unknownConnectError
    }
    case 'connected': {
      const found = connections.find(({ id }) => id === query.get('connection'))
      return found
        ? { tone: 'good', title: `${title ?? 'The account'} is connected: ${nameOf(found)}.`, text: '' }
        : null
    }
    case 'disconnected':
      return client ? disconnectedNotice(query, client) : null
    case 'webhooks':
      return choose(buttonOutcomes, query.get('outcome'), title ?? 'The provider') ?? unknownOutcome
    case 'done':
      return choose(actionOutcomes, query.get('outcome'), title ?? 'The provider') ?? unknownOutcome
    case 'replayed':
      return replayedNotice(query)
    case 'bookings':
      return choose(bookingOutcomes, query.get('outcome'), title ?? 'The provider') ?? null
    default:
      return null
  }
}

/** Describes a change of a booking in a query that {@link noticeOf} understands. `outcome`: a key of its sentences. */
export function bookingsQuery(client: string, outcome: string): URLSearchParams {
  return new URLSearchParams({ punctual: 'bookings', client, outcome })
}

/** Describes a disconnection in a query that {@link noticeOf} understands. */
export function disconnectedQuery(connection: Connection, { revoked, notRevoked }: DisconnectResult): URLSearchParams {
  const query = new URLSearchParams({ punctual: 'disconnected', client: connection.client })
  for (const token of revoked) query.set(token, 'revoked')
  for (const { token, reason } of notRevoked) query.set(token, reason)
  return query
}

/** Describes what came of a button about one connection in a query that {@link noticeOf} understands. */
export function actionQuery(client: string, outcome: string): URLSearchParams {
  return new URLSearchParams({ punctual: 'done', client, outcome })
}

/** Describes the replay of many events in a query that {@link noticeOf} understands. */
export function replayedQuery({ replayed, isMore }: ReplayResult): URLSearchParams {
  return new URLSearchParams({ punctual: 'replayed', count: String(replayed), ...(isMore && { more: 'yes' }) })
}

/** Describes the outcome of a button about webhooks in a query that {@link noticeOf} understands. */
export function webhooksQuery(
  client: string,
  result: readonly Pick<WebhookSubscription, 'state'>[] | PunctualError,
): URLSearchParams {
  return new URLSearchParams({ punctual: 'webhooks', client, outcome: outcomeOf(result) })
}

function outcomeOf(result: readonly Pick<WebhookSubscription, 'state'>[] | PunctualError): string {
  if (result instanceof Error) return Object.hasOwn(buttonOutcomes, result.code) ? result.code : (result.reason ?? '')
  return result.find(({ state }) => state === 'removing')?.state ?? result[0]?.state ?? 'removed'
}

function choose(sentences: Sentences, word: string | null, provider: string): Notice | undefined {
  return word !== null && Object.hasOwn(sentences, word) ? sentences[word]?.(provider) : undefined
}

/** Of the query only a number is shown. */
function replayedNotice(query: URLSearchParams): Notice {
  const count = Number(query.get('count'))
  if (!Number.isSafeInteger(count) || count <= 0)
    return { tone: 'plain', title: 'Nothing was given up in that time.', text: 'Nothing was changed.' }
  const text = query.get('more') === 'yes' ? 'There are more: press the button again for the next ones.' : ''
  return {
    tone: 'good',
    title: `${count} ${count === 1 ? 'event is' : 'events are'} dispatched again, for another day.`,
    text,
  }
}

function disconnectedNotice(query: URLSearchParams, client: Client): Notice {
  const { provider } = client
  const outcomes = [query.get('refresh_token'), query.get('access_token')].filter((outcome) => outcome !== null)
  const what = { title: `${provider.title} is disconnected.` }
  if (outcomes.includes('unsupported')) return { ...what, tone: 'plain', text: unsupported(client) }
  if (outcomes.includes('shared')) {
    const text = `Another connection uses the same grant, so nothing was revoked at ${provider.title}.`
    return { ...what, tone: 'plain', text }
  }
  const failed = outcomes.filter((outcome) => outcome !== 'revoked')
  if (failed.length === 0) {
    const text =
      outcomes.length > 0
        ? `Its tokens were revoked at ${provider.title} and deleted here.`
        : 'There was nothing left to revoke.'
    return { ...what, tone: 'good', text }
  }
  const how = failed.includes('unavailable') ? 'could not be reached to revoke' : 'refused to revoke'
  const which = failed.length === outcomes.length ? 'its tokens' : 'one of its tokens'
  const text = `${provider.title} ${how} ${which}. They are deleted here. You can remove the app in the account’s settings there.`
  return { ...what, tone: 'bad', text }
}

/** Says what stays valid at a provider that cannot revoke tokens. */
export function unsupported({ provider }: Client): string {
  const { title, accessTokenLifetime, refreshTokenLifetime } = provider
  const access = `the access token expires within ${spanText(accessTokenLifetime)}`
  const refresh =
    refreshTokenLifetime === null
      ? 'the refresh token stays valid there until you remove the app in the account’s settings'
      : `the refresh token after ${spanText(refreshTokenLifetime)} without use`
  return `${title} has no way to revoke tokens, so nothing is revoked there: ${access}, ${refresh}. Both are deleted here.`
}
