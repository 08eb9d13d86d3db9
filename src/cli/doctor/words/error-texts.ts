// What every code and every reason of an error means: the words of docs/errors.md, which a test holds to this table.

import type { errorReasons } from '../../../core/errors.ts'

/** `meaning`: Markdown, as is each reason. */
export interface ErrorText {
  readonly meaning: string
  readonly reasons: Readonly<Record<string, string>>
}

type Texts = {
  readonly [Code in keyof typeof errorReasons]: {
    readonly meaning: string
    readonly reasons: { readonly [Reason in (typeof errorReasons)[Code][number]]: string }
  }
}

export const errorTexts: Texts = {
  connection_not_found: {
    meaning:
      'The connection does not exist, belongs to another owner, or was disconnected. Has no reason. Do not retry.',
    reasons: {},
  },
  connect_session_not_found: {
    meaning:
      'The connect session does not exist, or has expired: it lives for half an hour. Has no reason. Create another one.',
    reasons: {},
  },
  needs_reconnect: {
    meaning:
      'The provider no longer accepts the grant. Ask the owner to connect again: `begin` with this `connection`.',
    reasons: {
      refused: 'the provider refused the refresh token: the person has withdrawn the consent, or the provider has',
      outcome_unknown: 'an earlier answer was lost, and the new refresh token with it',
      no_refresh_token: 'the access token has ended, and the provider never issued a refresh token',
    },
  },
  insufficient_scope: {
    meaning:
      'The account has not granted what the call needs; `scopes` names what is missing. Call `begin` for this connection with these scopes too.',
    reasons: {
      not_identified:
        "while connecting: the scope that lets the account be read is missing. Add it to the client's `scopes`",
    },
  },
  provider_unavailable: {
    meaning:
      'The provider gave no usable answer. If `retryable` is true, try again after `retryAfterMs`. The owner need not reconnect.',
    reasons: {
      network: 'the provider could not be reached',
      timeout: 'no whole answer came in time',
      aborted: "the caller's signal ended the request",
      too_late: 'the process was blocked for too long to send a refresh token, or a booking, in time. It was not sent',
      too_long: 'the answer was longer than Punctual reads',
      truncated: 'the answer broke off',
      not_json: 'the answer was not JSON, such as the page of a proxy',
      redirected: 'the answer was a redirect, which is not followed',
      rate_limited: 'the token endpoint refused because of too many requests',
      server_error: 'the provider had an error of its own (a 5xx)',
      proxy: 'something in front of the API answered; the API has not seen the call',
      unexpected: 'the token endpoint refused with an error that Punctual does not know',
      unexpected_answer: 'the answer does not have the documented shape',
      outcome_unknown:
        'a call that changes something was sent, and its outcome is unknown. **Look before you send it again**',
      token_ended: 'the token had ended, and a stream cannot be sent twice. Make the call again',
      token_refused: 'the API refuses a token that was issued a moment ago',
      not_identified: 'the answers do not say whose account was connected',
      pending: 'an attempt to connect has not ended yet. Call `complete` again',
      leased: 'another process is refreshing the grant, or works on the change of this key, and this takes long',
      cooling: 'the last refresh of the grant failed a moment ago',
      moved: 'the grant was changed by another process at the same time',
      journaled: 'the refreshed tokens are in the journal, and wait for the store',
      client_suspected:
        'the client was refused for one grant. Punctual tries one other grant before it judges the client',
    },
  },
  provider_refused: {
    meaning: 'The provider understood the call and refused it. Do not send it again without a change.',
    reasons: {
      slot_taken: 'the time is not free, or no longer free. Read the slots again',
      plan_limit: 'the plan of the account does not include this',
      organization_changed:
        "the account does not belong to the named organization, or no longer does. Read the account's organization again",
      not_permitted: "the account may not do this: it is somebody else's, or needs another role",
      already_done: 'it is already in the requested state',
      already_exists: 'it already exists',
      in_the_past: 'the time is in the past',
      not_found: 'there is nothing at this address',
      invalid_request: 'the provider does not accept these parameters; `answer` may say why',
      stale_page: 'the provider no longer knows this position in the list. Begin the list again',
      calendar_unavailable: 'a calendar behind the provider failed. This one may be retried',
      changed: 'somebody else has changed it meanwhile. Read it again',
    },
  },
  rate_limited: {
    meaning:
      "The call cannot be sent in time within the provider's limit, or the provider answered 429. Try again after `retryAfterMs`.",
    reasons: {
      stopping: '`stop()` was called while the call waited for its turn. It was not sent',
    },
  },
  client_misconfigured: {
    meaning:
      'The OAuth app is refused or not set up. Connecting again does not help. Check its id, secret, scopes and approval. The reason is one of these, or what the provider says about the client.',
    reasons: {
      unknown_client: "the connection's client is not among `clients` any more. Add it again",
      no_webhook_key: 'the client has no `webhookKeys` (`CALENDLY_WEBHOOK_KEY`), and the provider signs with them',
      account_unknown:
        'the provider answers, but does not say whose account it is. The `fault` that was reported with it says why',
      unexpected: 'the provider refuses the client and says nothing more',
    },
  },
  attempt_refused: {
    meaning: 'An attempt to connect ended without a connection. Begin again.',
    reasons: {
      unknown: 'the session does not exist, or has ended',
      expired: 'it took longer than ten minutes, or longer than its connect session lives',
      open: 'nobody has come back from the provider with this connect session yet',
      held: 'an attempt that came back before is being completed. Complete the session again',
      replaced: 'the same person came back with another attempt of the connect session, which counts instead',
      another_browser:
        'the connect session belongs to the browser that came back first, and the attempt to the browser in which it was begun. Make a new session for the person who is signed in',
      completed: 'the connect session has been completed. Create another one to connect more',
      interrupted: 'the process that exchanged the code ended before it had an answer',
      another_person:
        'the signed-in person did not begin the attempt. `complete` ends nothing then: the person who began can still complete it',
      another_issuer: 'the answer comes from another provider',
      not_signed_in: '`currentOwner` returned `null`',
      current_owner_failed: '`currentOwner` threw. The `fault` that was reported with it says why',
      no_code: 'the provider sent neither a code nor an error',
      code_refused: 'the provider does not accept the code, or has accepted it before',
      exchange_failed:
        'the provider gave no usable answer when the code was exchanged, and a code works once. A person has to consent once more',
      access_denied: 'the person declined at the provider',
      invalid_request:
        'the provider refuses the request ([RFC 6749, section 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1))',
      invalid_scope: 'the provider does not know a scope, or the app may not ask for it',
      server_error: 'the provider failed',
      temporarily_unavailable: 'the provider is overloaded or in maintenance',
      unauthorized_client: 'the app may not ask for a code',
      unsupported_response_type: 'the provider does not issue codes',
      provider_error: 'the provider sent an error that the standard does not know',
    },
  },
  account_mismatch: {
    meaning:
      'The person chose a different account from the one to reconnect. Has no reason. Begin again with the right account, or allow a different one with `anotherAccount: true`.',
    reasons: {},
  },
  store_unavailable: {
    meaning:
      'The database cannot be used. If `retryable` is true, the problem may end without help. The reason is one of these, or the code of the database or the system: an SQLSTATE such as `57P01`, `SQLITE_FULL`, `ECONNREFUSED`.',
    reasons: {
      unknown_key: '`keys` (`PUNCTUAL_KEYS`) do not open what is stored. Add the key that sealed it',
      keys_unavailable:
        '`keyProvider` has not returned the keys: it failed, was too slow, or returned something else. It is asked again at the next use, and no grant ends',
      not_open: 'the store was used before it was opened, or after `stop()`',
      moved: '`punctual migrate` has copied this database. Start with the new one',
      held: '`punctual migrate` is copying this database. Wait until it has ended',
      in_use: '`punctual migrate`: a process still uses the database. Stop it',
      incomplete: '`punctual migrate`: not everything was copied',
      upgrading:
        "another process has been changing the database's schema for two minutes. Start this one once that has ended; if no process does, look for a transaction that was left open in the database",
      newer_schema: 'a newer version of Punctual has changed the database. Start that version',
      foreign_database: "it is another program's database, or a store's where an escrow is meant. Name another one",
      another_database: 'a journal entry belongs to another database. Start once with that one',
      file_moved: 'the database file was moved or removed while in use. Restart with the file in place',
      pg_missing: 'the package `pg` is not installed',
      conflict: 'the store refused a row because its id already exists',
      contended: 'other processes keep changing the same subscription. Try again',
      journal_unreadable: 'the journal of refreshed tokens cannot be read',
      journal_unwritable: 'the journal of refreshed tokens cannot be written, or a file of it cannot be removed',
      escrow_unreadable: 'the escrow of token sets cannot be read, so that a restored backup would not be seen',
      escrow_empty:
        'the escrow knows no grant of the database, which has had one: it is another one, or its disk is not there',
      not_healed: 'a backup was restored, and its grants are being healed from the escrow. Ask again in a while',
      unknown: 'the database failed without a code',
    },
  },
  invalid_argument: {
    meaning: 'An option or an argument is wrong; the message names it. Change the code that calls.',
    reasons: {
      key_used: 'the key of a change of a booking was used for another request',
      booking_moved: 'the booking was moved. `replacedBy` is the id of the one that replaces it: change that one',
      booking_cancelled: 'the booking is cancelled and cannot be moved. Book again',
    },
  },
  api_key_not_found: {
    meaning: 'The API key does not exist; to rotate it, it must not have ended either. Has no reason. Check the id.',
    reasons: {},
  },
  event_not_found: {
    meaning:
      'The event does not exist, or belongs to another owner. Acknowledged events are kept for 3 days, dead ones for 30. Has no reason.',
    reasons: {},
  },
  event_not_dead: {
    meaning: 'Only a dead event can be dispatched again.',
    reasons: {
      pending: 'it is still dispatched without your help',
      done: 'it was acknowledged',
    },
  },
  event_not_pending: {
    meaning: 'Only a pending event can be tried now.',
    reasons: {
      done: 'it was acknowledged',
      dead: 'it was given up after a day. Replay it',
    },
  },
  value_unreadable: {
    meaning: 'A stored value cannot be read. It is set aside, reported and never deleted. Everything else continues.',
    reasons: {
      unknown_key:
        'it was sealed with a key that is not among `keys` (`PUNCTUAL_KEYS`). Add that key after the first. As a fault at the start it says how much needs which key',
      damaged: 'it was moved, cut or changed since it was written. Restore it from a backup',
      unknown_type: 'a newer version of Punctual wrote it',
    },
  },
  not_supported: {
    meaning: 'The operation is not possible, and a retry does not change that.',
    reasons: {
      provider: 'the provider does not have it, or its definition does not describe it',
      plan: 'the plan of the account does not include it',
      scope: 'the grant does not have the scope',
      role: 'the role of the account does not allow it',
      event_type: 'the event type does not allow it',
      booking:
        'the state of the booking does not allow it: it was cancelled, or it has not begun yet, say. That may change',
    },
  },
}
