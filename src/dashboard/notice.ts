// What has just happened, as a sentence for the person who comes back to the page. The query only ever chooses among
// these sentences: nothing of it is repeated.

import type { Connection } from '../connection.ts'
import type { Client } from '../core/provider.ts'
import { spanText } from './time.ts'

export interface Notice {
  readonly tone: 'good' | 'plain' | 'bad'
  readonly title: string
  readonly text: string
}

type Sentence = (provider: string) => Notice

type Disconnected = Awaited<ReturnType<Connection['disconnect']>>

const again = 'Press the button to try again.'

/** By the code with which a trip ends. */
const failures: Readonly<Record<string, Sentence>> = {
  access_denied: (provider) => plain(`You said no at ${provider}, nothing was connected.`, again),
  invalid_scope: (provider) =>
    bad(
      `${provider} does not give this app the permissions that it asked for.`,
      'Enable its scopes on the OAuth app there, then connect again.',
    ),
  server_error: (provider) =>
    bad(`${provider} had a problem of its own, nothing was connected.`, 'Try again in a few minutes.'),
  temporarily_unavailable: (provider) =>
    bad(`${provider} is overloaded or under maintenance, nothing was connected.`, 'Try again in a few minutes.'),
  provider_unavailable: (provider) =>
    bad(`${provider} could not be reached to finish the connection.`, 'Try again in a few minutes.'),
  account_mismatch: (provider) =>
    bad(
      `You chose another ${provider} account than the one to reconnect, so nothing was changed.`,
      'Reconnect with the same account, or connect the other one as a new account.',
    ),
  client_misconfigured: (provider) => misconfigured(provider),
  invalid_request: (provider) => misconfigured(provider),
  unauthorized_client: (provider) => misconfigured(provider),
  unsupported_response_type: (provider) => misconfigured(provider),
}

/** By the reason with which an attempt is refused. */
const refusals: Readonly<Record<string, Sentence>> = {
  another_issuer: (provider) =>
    bad(`The answer did not come from ${provider}, so it was not used.`, 'Begin again from this page.'),
  no_code: (provider) => bad(`${provider} sent you back without an answer, nothing was connected.`, again),
  not_signed_in: () => bad('You were not signed in here any more, nothing was connected.', 'Sign in, then try again.'),
  another_person: () =>
    bad('Somebody else is signed in here than the one who began, nothing was connected.', 'Begin again as yourself.'),
  code_refused: (provider) => bad(`${provider} did not accept the answer: it was too old, or had been used.`, again),
  interrupted: () => bad('The connection was interrupted before it was finished, nothing was connected.', again),
  expired: () => bad('This took longer than ten minutes, so the attempt has ended.', again),
  current_owner_failed: () => bad('It could not be checked who is signed in here, nothing was connected.', again),
}

/** The sentence for the query that a person comes back with; `null` where there is nothing to say. */
export function noticeOf(
  query: URLSearchParams,
  clients: readonly Client[],
  connections: readonly Connection[],
): Notice | null {
  const client = clients.find(({ id }) => id === query.get('client'))
  switch (query.get('punctual')) {
    case 'failed':
      return failureOf(query.get('error') ?? '', query.get('reason') ?? '')(client ? titleOf(client) : 'the provider')
    case 'connected': {
      const found = connections.find(({ id }) => id === query.get('connection'))
      if (!found) return null
      const name = found.account.name ?? found.account.email ?? found.account.id
      return { tone: 'good', title: `${client ? titleOf(client) : 'The account'} is connected: ${name}.`, text: '' }
    }
    case 'disconnected':
      return client ? disconnectedNotice(query, client) : null
    default:
      return null
  }
}

/** What a disconnection came to, in a query that {@link noticeOf} understands. */
export function disconnectedQuery(connection: Connection, { revoked, notRevoked }: Disconnected): URLSearchParams {
  const query = new URLSearchParams({ punctual: 'disconnected', client: connection.client })
  for (const token of revoked) query.set(token, 'revoked')
  for (const { token, reason } of notRevoked) query.set(token, reason)
  return query
}

/** What a person calls the client. Two clients of one provider are told apart by their ids. */
export function titleOf(client: Client): string {
  return client.id === client.provider.name ? client.provider.title : `${client.provider.title} (${client.id})`
}

function failureOf(error: string, reason: string): Sentence {
  const found = error === 'attempt_refused' ? own(refusals, reason) : own(failures, error)
  return found ?? (() => bad('This did not work, nothing was connected.', again))
}

function disconnectedNotice(query: URLSearchParams, client: Client): Notice {
  const { provider } = client
  const outcomes = [query.get('refresh_token'), query.get('access_token')].filter((outcome) => outcome !== null)
  const what = { title: `${provider.title} is disconnected.` }
  if (outcomes.includes('unsupported')) return { ...what, tone: 'plain', text: unsupported(client) }
  if (outcomes.includes('shared')) {
    const text = `Another connection rests on the same grant, so nothing was revoked at ${provider.title}.`
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
  const text = `${provider.title} ${how} ${which}. They are deleted here; the app can be removed in the account's settings there.`
  return { ...what, tone: 'bad', text }
}

/** An honest report of a provider that has no way to revoke. */
function unsupported({ provider }: Client): string {
  const { title, accessTokenLifetime, refreshTokenLifetime } = provider
  const access = `the access token ends by itself within ${spanText(accessTokenLifetime)}`
  const refresh =
    refreshTokenLifetime === null
      ? 'the refresh token stays valid there until the app is removed in the account’s settings'
      : `the refresh token after ${spanText(refreshTokenLifetime)} without use`
  return `${title} has no way to revoke tokens, so nothing was revoked there: ${access}, ${refresh}. Both are deleted here.`
}

function misconfigured(provider: string): Notice {
  return bad(
    `${provider} refuses this app, nothing was connected.`,
    'Its client id, secret, redirect address or scopes are wrong: trying again will not help until they are corrected.',
  )
}

function plain(title: string, text: string): Notice {
  return { tone: 'plain', title, text }
}

function bad(title: string, text: string): Notice {
  return { tone: 'bad', title, text }
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
