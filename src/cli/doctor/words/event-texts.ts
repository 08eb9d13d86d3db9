// What the events of the log mean, and what to do: each type of event, the reasons of refused webhooks, and the codes of
// faults that are no errors of a call.

import type { FaultCode, PunctualEvent, WebhookRefusal, WebhookRenewalReason } from '../../../core/events.ts'
import type { ErrorMeaning } from './network-errors.ts'

/** What an event says; `reasonsOf`: the codes whose reasons it can have. */
export interface EventText extends ErrorMeaning {
  /** How the event reads in the terminal of a developer. */
  readonly line?: RegExp
}

const nothing = 'Nothing is to be done.'

export const eventTexts: Readonly<Record<PunctualEvent['type'], EventText>> = {
  'connection.created': { what: 'An account was connected.', fix: nothing },
  'connection.recovered': { what: 'A connection that needed a reconnect works again.', fix: nothing },
  'connection.needs_reconnect': {
    what: 'The provider no longer accepts the grant of one connection.',
    fix: 'Let the owner connect again: begin with this connection. If many need it at once, run punctual doctor.',
    line: /must be reconnected/,
  },
  'connection.disconnected': { what: 'A connection was ended.', fix: nothing },
  'connection.renewed': { what: 'The token of a connection was refreshed.', fix: nothing },
  'grant.renewed': { what: 'The token of a grant was refreshed.', fix: nothing },
  'grant.journaled': {
    what: 'A token was refreshed while the database was away. It is in the journal, and is stored when the database is back.',
    fix: 'Bring the database back, and do not remove the journal. With "durable": false, do not stop this process before.',
    line: /kept in the journal/,
  },
  'attempt.journaled': {
    what: 'A person has consented while the database was away. The answer is in the journal, and is stored when the database is back.',
    fix: 'Bring the database back, and do not remove the journal.',
  },
  'client.misconfigured': {
    what: 'The provider refuses the client: id, secret, approval or scopes. All its refreshes are stopped until a probe succeeds.',
    fix: 'Run punctual doctor: credentials says whether id or secret is wrong. Nobody has to reconnect.',
    line: /the provider refuses the client/,
  },
  'client.recovered': { what: 'The provider accepts the client again.', fix: nothing },
  'provider.unavailable': {
    what: 'The provider gave no usable answer. Tokens are served as long as they are valid, and it is tried again.',
    fix: 'Wait. If it lasts, run punctual doctor: credentials says whether the provider can be reached from here.',
    line: /the provider is unavailable/,
  },
  'attempt.refused': {
    what: 'An attempt to connect ended without a connection.',
    fix: 'Let the person begin again. If it happens to everybody, run punctual doctor.',
    line: /: not connected, /,
  },
  'webhook.received': { what: 'A webhook was verified and stored.', fix: nothing },
  'webhook.refused': {
    what: 'A delivery to a webhook address was refused.',
    fix: 'Run punctual doctor: webhooks and keys.',
    line: /a webhook was refused/,
  },
  'webhook.renewed': {
    what: 'A new subscription replaces one that was lost at the provider. What happened in between was not sent.',
    fix: 'Read the bookings of that time from the API.',
    line: /subscribed to webhooks again/,
  },
  'webhook.failing': {
    what: 'The provider refuses what a webhook subscription needs. It is tried again every few hours.',
    fix: 'Give the app the scopes for webhooks, and see that PUNCTUAL_URL is a public https address (punctual doctor: webhooks).',
    line: /refuses the webhook subscription/,
  },
  'event.dead': {
    what: 'An event was not acknowledged for a day, and was given up. "error" says what the receiver did the last time.',
    fix: 'Correct the receiver (punctual doctor: events), then run: punctual events replay --all',
    line: /was given up/,
  },
  fault: { what: 'Something failed that no caller sees.', fix: 'Do what its sentence says.' },
}

export const webhookRefusals: Readonly<Record<WebhookRefusal, ErrorMeaning>> = {
  body_read_before: {
    what: 'A body parser has read the webhook before Punctual could verify its bytes.',
    fix: 'Mount Punctual before the body parser (docs/guide/mounting.md).',
  },
  too_long: { what: 'The webhook is longer than 1 MB.', fix: 'Look at who sends it: no provider sends such bodies.' },
  incomplete: { what: 'The webhook broke off.', fix: 'Look at the proxy in front. The provider sends it again.' },
  no_secret: {
    what: 'There is no key to verify the webhook with.',
    fix: 'Set CALENDLY_WEBHOOK_KEY to the key that Calendly showed when the app was made.',
  },
  not_signed: {
    what: 'The webhook has no signature: a stranger sent it, or a proxy removed the header.',
    fix: 'Let the proxy pass Calendly-Webhook-Signature and X-Cal-Signature-256 on.',
  },
  bad_signature: {
    what: 'The signature does not fit: the webhook key is wrong or was changed, or something changes the bytes of the body.',
    fix: 'Compare CALENDLY_WEBHOOK_KEY with the key of the app. See that no proxy or parser rewrites bodies.',
  },
  another_account: {
    what: 'The webhook is about another account than the one of its address.',
    fix: 'Usually nothing: the provider sends the events of other members too.',
  },
  too_old: {
    what: 'The webhook was signed too long ago: a late retry or a repeated one, or this clock is ahead.',
    fix: 'Compare the clock (punctual doctor: clock).',
  },
  in_the_future: {
    what: 'The webhook was signed in the future by this clock, so the clock is behind.',
    fix: 'Set the clock by NTP (punctual doctor: clock).',
  },
  malformed: { what: 'The webhook is not JSON.', fix: 'Look at what sits between the provider and Punctual.' },
  unknown_shape: {
    what: 'The webhook has a shape that this version does not know.',
    fix: 'Update Punctual. A webhook with a template of your own at Cal.com cannot be read.',
  },
  not_subscribed: {
    what: 'The webhook is about an event that the subscription does not name.',
    fix: 'Usually nothing: it was on its way when the subscription changed.',
  },
}

export const renewalReasons: Readonly<Record<WebhookRenewalReason, string>> = {
  disabled: 'The provider had disabled it, because deliveries failed for a day.',
  different: 'It was changed at the provider.',
  gone: 'It was deleted at the provider.',
  another_account: 'It belonged to another account.',
}

export const faultTexts: Readonly<Record<FaultCode, ErrorMeaning>> = {
  deliver_to_failed: {
    what: 'Your deliverTo, or the receiver at PUNCTUAL_EVENTS_URL, did not acknowledge an event. It is dispatched again for a day.',
    fix: 'Look at its log; punctual events shows the error, punctual doctor (events) whether it can be reached.',
  },
  listener_failed: {
    what: 'A function that was given to punctual.on, or as measure, threw.',
    fix: 'Catch the error in that function. Everything else continues.',
  },
  journal_unwritable: {
    what: 'The journal cannot be written: a token that is refreshed while the database is away would be lost with the process.',
    fix: 'Let the process write the folder (punctual doctor: journal).',
  },
  escrow_unwritable: {
    what: 'The escrow cannot be used: a backup that is restored would lose the grants that are refreshed meanwhile. Refreshes go on.',
    fix: 'Let the process read and write the folder or the database, and make room on its disk (punctual doctor: escrow).',
  },
  store_went_back: {
    what: 'The database is older than it was: a backup was restored. With an escrow its grants were healed; without one those that were refreshed since the backup are lost.',
    fix: 'See what is left to do (docs/guide/restore-from-a-backup.md).',
  },
  body_read_before: {
    what: 'A body parser has read a webhook before Punctual could verify its bytes.',
    fix: 'Mount Punctual before the body parser (docs/guide/mounting.md).',
  },
  unexpected: {
    what: 'The service failed for a reason that it does not know. The line of the log has where.',
    fix: 'Report it with the lines of the log that have this requestId.',
  },
}
