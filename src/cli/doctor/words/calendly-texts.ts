// What Calendly says, and what it means. Sources: docs/providers/calendly.md.

import type { ProviderText } from './provider-text.ts'

const console = 'https://developer.calendly.com'

export const calendlyTexts: readonly ProviderText[] = [
  // Calendly, the consent page and the token endpoint.
  {
    pattern: /redirect URI is malformed or doesn't match the client redirect URI/i,
    cause: 'redirect_uri',
    what: 'Calendly does not know the redirect URI of the request: it is not registered for this app, character by character.',
    fix: `Register the redirect URI that "punctual doctor" prints (callback:calendly) at ${console}. A trailing slash, another port, http for https or 127.0.0.1 for localhost make it another one.`,
  },
  {
    pattern: /requested scope is invalid, unknown, or malformed/i,
    cause: 'scope_not_enabled',
    what: 'Calendly refuses a scope that was asked for: it is misspelt, or not enabled on the app.',
    fix: `Enable each scope of CALENDLY_SCOPES on the app at ${console}, or take out what is not enabled. An app from before March 2026 has only "default".`,
  },
  {
    pattern: /Client authentication failed due to unknown client, no client authentication included/i,
    cause: 'id_or_secret',
    what: 'Calendly does not know the client id, or the secret is not the one of this client. It says the same for both.',
    fix: `Copy both from the same app again. Connecting again does not help. CALENDLY_CLIENT_ID and CALENDLY_CLIENT_SECRET must be those of one app.`,
  },
  {
    pattern: /authorization grant is invalid, expired, revoked, does not match the redirection URI/i,
    cause: 'refresh_token',
    what: 'Calendly does not accept the code or the refresh token: it was used before, has expired or was revoked, or belongs to another app or another redirect URI. It says the same for all of these.',
    fix: 'For a code: begin again; it works once and for ten minutes. For a refresh token: let the person connect again, and see that only Punctual refreshes it.',
  },
  {
    pattern: /more than one mechanism for authenticating the client/i,
    cause: 'request',
    what: 'The credentials were sent in the Authorization header and in the body.',
    fix: 'Send them in one place. Punctual sends them in the header alone.',
  },
  {
    pattern: /code challenge is required|code_challenge_method must be S256/i,
    cause: 'pkce',
    what: 'Calendly wants PKCE with S256 for this app: it is a native app.',
    fix: 'Leave the client secret out for a native app, or register a web app.',
  },
  {
    pattern: /resource owner or authorization server denied the request/i,
    cause: 'declined',
    what: 'The person declined at Calendly.',
    fix: 'Nothing is wrong. The person can begin again.',
  },
  {
    pattern: /Missing required parameter: \w+/i,
    cause: 'request',
    what: 'The request to Calendly lacks a parameter.',
    fix: 'Compare the request with docs/providers/calendly.md. Punctual sends all of them: look for a proxy that changes the body.',
  },
  {
    pattern: /authorization grant type is not supported by the authorization server/i,
    cause: 'request',
    what: 'Calendly takes only authorization_code and refresh_token.',
    fix: 'Use the authorization code flow. There is no client_credentials at Calendly.',
  },
  {
    pattern: /not authorized to revoke this token/i,
    cause: 'id_or_secret',
    what: 'The token that was to be revoked belongs to another app.',
    fix: 'Use the credentials of the app that got the token.',
  },
  // Calendly's API.
  {
    pattern: /The access token (is invalid|expired|was revoked)/i,
    cause: 'access_token',
    what: 'The API does not accept the access token: it has expired, was revoked, or is not one of Calendly. A change of login e-mail, password or login method revokes all tokens of an account.',
    fix: 'Punctual refreshes and tries again by itself. If the connection then needs a reconnect, let the person connect again.',
  },
  {
    pattern: /Insufficient scope|requires the scopes listed in the 'required_scopes' array/i,
    cause: 'insufficient_scope',
    what: 'The account has not granted a scope that this call needs; "required_scopes" names it.',
    fix: 'Add the scope to the app and to CALENDLY_SCOPES, and let the person connect again: a scope that is added later needs a new consent.',
  },
  {
    pattern: /Please upgrade .*Calendly account|upgrade to a paid Calendly account/i,
    cause: 'plan',
    what: "The plan of the account does not include this. For webhooks the plan of the organization's owner counts.",
    fix: 'The account must upgrade, or do without it. A retry does not help.',
  },
  {
    pattern: /This user is not in your organization/i,
    cause: 'organization',
    what: 'The account does not belong to the organization that was named. It may have left it.',
    fix: 'Read the account again (GET /users/me) and use its current organization.',
  },
  {
    pattern: /Please also specify organization when requesting events/i,
    cause: 'request',
    what: "Calendly wants the organization beside the user for another member's events.",
    fix: 'Send both "user" and "organization".',
  },
  {
    pattern: /already_filled/i,
    cause: 'taken',
    what: 'The time is not free any more.',
    fix: 'Read the slots again and let the person choose another one.',
  },
  {
    pattern: /Event is already canceled/i,
    cause: 'request',
    what: 'The booking is cancelled already.',
    fix: 'Nothing is to be done.',
  },
  {
    pattern: /Hook with this url already exists/i,
    cause: 'already_exists',
    what: 'A webhook subscription for this address exists already. A disabled one counts too.',
    fix: 'Delete the old subscription first. Punctual does so by itself for its own.',
  },
  {
    pattern: /There is a problem accessing your calendar/i,
    cause: 'calendar',
    what: 'The calendar behind the Calendly account failed.',
    fix: 'Try again later. If it stays so, the person must connect the calendar at Calendly again.',
  },
  {
    pattern: /page_token: is invalid|"parameter":\s*"page_token"/i,
    cause: 'request',
    what: 'The position in the list is not known any more, or other filters were sent with it.',
    fix: 'Follow "next_page" as it is, or begin the list again.',
  },
  {
    pattern: /You do not have permission|You are not allowed to/i,
    cause: 'not_permitted',
    what: 'The account may not do this: it needs another role, or it is about somebody else.',
    fix: "Connect an account with that role (an admin for the organization's data), or ask for the account's own data.",
  },
  {
    pattern: /The server could not find the requested resource/i,
    cause: 'not_found',
    what: 'There is nothing at this address of the API, or the account cannot see it.',
    fix: 'Check the address. Calendly refers to everything by whole URIs, not by bare ids.',
  },
  {
    pattern: /"?title"?\s*:\s*"Invalid Argument"|The supplied parameters are invalid/i,
    cause: 'request',
    what: 'Calendly does not accept a parameter; "details" names it. For a webhook subscription it also says so where the scope to read its events is missing.',
    fix: 'Correct the parameter that "details" names. For webhooks: let the account grant scheduled_events:read too.',
  },
  {
    pattern: /unexpected condition that prevented it from fulfilling the request/i,
    cause: 'server',
    what: 'Calendly has a fault of its own.',
    fix: 'Try again later; Punctual does so for reads.',
  },
]
