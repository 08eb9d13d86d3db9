// The sentences of notices, by the word in the page's query that chooses them, and those of booking events, by type.

import type { BookingEventType } from '../core/scheduling/provider.ts'

export interface Notice {
  readonly tone: 'good' | 'plain' | 'bad'
  readonly title: string
  readonly text: string
}

/** `provider`: what a person calls it. */
export type Sentence = (provider: string) => Notice
export type Sentences = Readonly<Record<string, Sentence>>

const again = 'Press the button to try again.'

/** By the error code with which an attempt ends. */
export const connectErrors: Sentences = {
  access_denied: (provider) => plain(`You declined at ${provider}. Nothing was connected.`, again),
  invalid_scope: (provider) =>
    bad(
      `${provider} does not grant this app the permissions that it requested.`,
      'Enable its scopes on the OAuth app there, then connect again.',
    ),
  server_error: (provider) => bad(`${provider} had a problem. Nothing was connected.`, 'Try again in a few minutes.'),
  temporarily_unavailable: (provider) =>
    bad(`${provider} is overloaded or under maintenance. Nothing was connected.`, 'Try again in a few minutes.'),
  provider_unavailable: (provider) =>
    bad(`${provider} could not be reached to finish the connection.`, 'Try again in a few minutes.'),
  account_mismatch: (provider) =>
    bad(
      `You chose another ${provider} account than the one to reconnect. Nothing was changed.`,
      'Reconnect with the same account, or connect the other one as a new account.',
    ),
  client_misconfigured: (provider) => misconfigured(provider),
  invalid_request: (provider) => misconfigured(provider),
  unauthorized_client: (provider) => misconfigured(provider),
  unsupported_response_type: (provider) => misconfigured(provider),
}

/** By the reason for which an attempt is refused. */
export const attemptRefusals: Sentences = {
  another_issuer: (provider) =>
    bad(`The response did not come from ${provider}, so it was not used.`, 'Start again from this page.'),
  no_code: (provider) => bad(`${provider} sent you back without a response. Nothing was connected.`, again),
  not_signed_in: () => bad('You are no longer signed in here. Nothing was connected.', 'Sign in, then try again.'),
  another_person: () =>
    bad(
      'Another person is signed in here than the one who started. Nothing was connected.',
      'Start again from your own account.',
    ),
  code_refused: (provider) =>
    bad(`${provider} did not accept the authorization code: it was too old, or had been used.`, again),
  interrupted: () => bad('The connection was interrupted before it was finished. Nothing was connected.', again),
  expired: () => bad('This took longer than ten minutes, so it has expired. Nothing was connected.', again),
  current_owner_failed: () => bad('It could not be checked who is signed in here. Nothing was connected.', again),
}

/** The sentences by the outcome of a button about webhooks or events. */
export const buttonOutcomes: Sentences = {
  active: (provider) => ({
    tone: 'good',
    title: `${provider} now reports the bookings of this account.`,
    text: 'They appear among the events as soon as they happen.',
  }),
  creating: (provider) => waiting(`${provider} has not responded yet.`),
  removing: (provider) => waiting(`${provider} has not removed the subscription yet.`),
  removed: () => ({ tone: 'plain', title: 'This account’s webhooks have ended.', text: '' }),
  insufficient_scope: (provider) =>
    bad(
      `The account has not permitted ${provider} to report its bookings. Nothing was changed.`,
      'The missing permissions are listed below.',
    ),
  plan_limit: () =>
    bad('This account’s plan does not include webhooks. Nothing was changed.', 'A larger plan includes them.'),
  not_permitted: (provider) =>
    bad(
      `${provider} does not permit this account to subscribe to these webhooks. Nothing was changed.`,
      'The role of the account does not allow this.',
    ),
  invalid_request: (provider) =>
    bad(
      `${provider} refused the subscription. Nothing was changed.`,
      'The OAuth app there may lack a permission, or the provider may not be able to reach this server.',
    ),
  no_webhook_key: (provider) =>
    bad('This app’s webhook key is missing. Nothing was changed.', `${provider} showed it when the app was created.`),
  needs_reconnect: () => bad('This account must be reconnected first. Nothing was changed.', ''),
  replayed: () => ({
    tone: 'good',
    title: 'The event is dispatched again, for another day.',
    text: 'This page shows in a moment whether it has been acknowledged.',
  }),
  retried: () => ({
    tone: 'good',
    title: 'The event is dispatched now.',
    text: 'This page shows in a moment whether it has been acknowledged.',
  }),
  not_pending: () => ({
    tone: 'plain',
    title: 'Nothing was changed.',
    text: 'Only an event that waits can be tried now. This one has changed since the page was loaded.',
  }),
  event_gone: () => ({
    tone: 'plain',
    title: 'Nothing was changed.',
    text: 'This event no longer exists. Dead events are kept for 30 days.',
  }),
  not_dead: () => ({
    tone: 'plain',
    title: 'Nothing was changed.',
    text: 'Only an event that was given up can be replayed. This one has changed since the page was loaded.',
  }),
}

/** By what came of a button about one connection: of a test, and of a refresh. */
export const actionOutcomes: Sentences = {
  test_ok: (provider) => good(`It works: ${provider} has answered for this account.`, ''),
  test_refused: (provider) =>
    bad(`${provider} has refused the test.`, 'The recent calls show the status of its answer.'),
  test_limited: (provider) => bad(`${provider} limits the calls of this account right now.`, 'Try again in a minute.'),
  test_unavailable: (provider) =>
    bad(
      `${provider} gave no usable answer.`,
      'The connection is kept, and nobody needs to reconnect. Look at its status page.',
    ),
  test_unknown: (provider) => bad(`What ${provider} has answered is not known.`, 'Test it again in a moment.'),
  test_needs_reconnect: (provider) =>
    bad(`${provider} no longer accepts this connection.`, 'Its owner must reconnect.'),
  test_insufficient_scope: () =>
    bad('The test needs a permission that was not granted.', 'The list of scopes below says what is missing.'),
  test_misconfigured: (provider) =>
    bad(`${provider} refuses the client.`, 'Compare its id, secret and scopes with those of the OAuth app there.'),
  test_disconnected: () => plain('This connection has ended. Nothing was tested.', ''),
  test_aborted: () => plain('The test was given up, because this process stops.', ''),
  test_fault: (provider) =>
    bad(`${provider} answers for another account than the one that was connected.`, 'Its owner must reconnect.'),
  refresh_renewed: () => good('The tokens are refreshed.', ''),
  refresh_current: () => good('Another process has just refreshed the tokens.', 'Nothing more was needed.'),
  refresh_refused: (provider) =>
    bad(`${provider} refused the refresh token.`, 'The grant is over. Its owner must reconnect.'),
  refresh_unknown: (provider) =>
    bad(
      `${provider} refused the refresh token, after an earlier answer was lost.`,
      'The grant is over. Its owner must reconnect.',
    ),
  refresh_unavailable: (provider) =>
    bad(`${provider} gave no usable answer.`, 'The tokens are kept, and the refresh is tried again by itself.'),
  refresh_misconfigured: (provider) =>
    bad(
      `${provider} refuses the client, so nothing was refreshed.`,
      'Compare its id, secret and scopes with those of the OAuth app there.',
    ),
  refresh_postponed: () =>
    plain(
      'Nothing was sent: the grant rests after a failure, or another process is refreshing it.',
      'The next refresh is shown below.',
    ),
  refresh_disconnected: () => plain('This connection has ended. Nothing was refreshed.', ''),
}

/** By what came of a form about a booking. */
export const bookingOutcomes: Sentences = {
  booked: (provider) => good(`It is booked at ${provider}.`, ''),
  requested: (provider) => good(`It is requested at ${provider}.`, 'The host has to confirm it there.'),
  moved: (provider) => good(`${provider} has moved the booking.`, ''),
  rebooked: () => good('The new time is booked, and the old booking is cancelled.', 'The attendee gets both e-mails.'),
  half_booked: () => waiting('The new time is booked. Whether the old booking is cancelled is not known yet.'),
  half_unknown: () => waiting('Whether the new time is booked is not known yet. The old booking stands.'),
  cancelled: (provider) => ({ tone: 'plain', title: `The booking at ${provider} is cancelled.`, text: '' }),
}

/** What a booking event tells, by its type. */
export const bookingSentences: Readonly<Record<BookingEventType, string>> = {
  'booking.created': 'Somebody has booked.',
  'booking.requested': 'Somebody asks for a booking.',
  'booking.declined': 'A requested booking was declined.',
  'booking.rescheduled': 'A booking was moved.',
  'booking.cancelled': 'A booking was cancelled.',
  'booking.no_show': 'Somebody did not come.',
  'booking.no_show_cleared': 'A no-show was taken back.',
}

export const unknownConnectError: Notice = bad('This did not work. Nothing was connected.', again)
export const unknownOutcome: Notice = bad('This did not work. Nothing was changed.', again)

function misconfigured(provider: string): Notice {
  return bad(
    `${provider} refuses this app. Nothing was connected.`,
    'Its client id, secret, redirect address or scopes are wrong. Correct them before you try again.',
  )
}

function waiting(title: string): Notice {
  return { tone: 'plain', title, text: 'The request is repeated automatically. Reload this page in a minute.' }
}

function good(title: string, text: string): Notice {
  return { tone: 'good', title, text }
}

function plain(title: string, text: string): Notice {
  return { tone: 'plain', title, text }
}

function bad(title: string, text: string): Notice {
  return { tone: 'bad', title, text }
}
