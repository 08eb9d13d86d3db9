// Why an attempt to connect an account failed, by its reason, and what to do: for the people who run the service.

const away = 'The provider gave no usable answer while the code was exchanged. The owner can try again.'
const theirs = 'The provider had a problem. The owner can try again in a few minutes.'
const settings =
  'The provider refuses how the client asks. Compare its id, redirect address and scopes with those of the OAuth app there.'

const meanings: Readonly<Record<string, string>> = {
  access_denied: 'The owner declined at the provider.',
  expired: 'It took longer than ten minutes. The owner can try again.',
  unknown: 'The browser came back with a state that is not known: an old address was opened again, or it was made up.',
  open: 'It was completed before the provider had sent the browser back.',
  held: 'It waits to be completed by your back end.',
  completed: 'It was completed before.',
  interrupted: 'A process ended while it exchanged the code. The owner can try again.',
  replaced: 'The same person has begun again, and finished that attempt instead.',
  another_person:
    'Another person is signed in than the one who began. If it is often: does "currentOwner", or what completes, name the right owner?',
  another_browser: 'It came back in another browser than the one that began. An address may have been passed on.',
  another_issuer: 'The response did not come from the provider that was asked. It was not used.',
  not_signed_in:
    'Nobody was signed in when the browser came back. If it is often: does your session cookie survive the redirect (SameSite)?',
  current_owner_failed: 'Your function "currentOwner" failed. Look at what it has logged.',
  no_code: 'The provider sent the browser back without a code.',
  code_refused: 'The provider did not accept its code: it was too old, or had been used.',
  exchange_failed: 'The code could not be exchanged.',
  invalid_request: settings,
  unauthorized_client: settings,
  unsupported_response_type: settings,
  invalid_scope: 'The provider does not grant the client one of its scopes. Enable it on the OAuth app there.',
  server_error: theirs,
  temporarily_unavailable: theirs,
  provider_error: theirs,
  account_mismatch: 'The owner chose another account than the one to reconnect. Nothing was changed.',
  unknown_client: 'The client is not configured.',
  account_unknown: 'The provider does not say whose account it is. A scope may be missing.',
  network: away,
  timeout: away,
  aborted: away,
  too_late: away,
  too_long: away,
  truncated: away,
  not_json: away,
  redirected: away,
  rate_limited: 'The provider limits token requests. The owner can try again in a minute.',
  proxy: away,
  unexpected: away,
  unexpected_answer: away,
  outcome_unknown: away,
  token_ended: 'The provider refused the token that it had just issued. The owner can try again.',
  token_refused: 'The provider refused the token that it had just issued. The owner can try again.',
  not_identified: 'The provider did not say whose account it is. A scope may be missing.',
  pending: 'The exchange goes on in the background.',
  leased: 'Another process was exchanging the code.',
  cooling: 'The provider was not asked: it had just refused.',
  moved: 'The database has moved while it was under way.',
  journaled: 'The answer is in the journal, because the database could not accept it. It is stored as soon as it can.',
  client_suspected: 'The provider refuses the client for others too.',
}

/** A reason may be a word of the provider: what it says about the client. */
export function attemptMeaning(reason: string): string {
  if (Object.hasOwn(meanings, reason)) return meanings[reason] ?? ''
  return `The provider refuses the client and says “${reason}”. Compare its id, secret, redirect address and scopes.`
}
