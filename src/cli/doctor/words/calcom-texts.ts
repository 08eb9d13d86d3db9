// What Cal.com says, and what it means. Sources: docs/providers/calcom.md.

import { connectAgain, type ProviderText } from './provider-text.ts'

const console = 'https://app.cal.com/settings/developer/oauth'

export const calcomTexts: readonly ProviderText[] = [
  // Cal.com, the consent page.
  {
    pattern: /OAuth client with ID not found/i,
    cause: 'id',
    what: 'Cal.com does not know the client id.',
    fix: `Copy CALCOM_CLIENT_ID again from ${console}. It has 64 characters (0-9, a-f). A platform client (x-cal-client-id) is another thing.`,
  },
  {
    pattern: /redirect_uri does not match any of the OAuth client's registered redirect URIs|redirect_uri_mismatch/i,
    cause: 'redirect_uri',
    what: 'Cal.com does not know the redirect URI of the request: it is not registered for this client, character by character.',
    fix: `Register the redirect URI that "punctual doctor" prints (callback:calcom) at ${console}. A trailing slash, another port, http for https or 127.0.0.1 for localhost make it another one. A change of it lets Cal.com review the client again.`,
  },
  {
    pattern: /OAuth client is not approved|client_not_approved/i,
    cause: 'not_approved',
    what: 'Cal.com has not approved the client yet: until then only the account that made it can connect and refresh.',
    fix: 'Wait for the approval, which comes by e-mail, or test with the account that owns the client. A change of name, logo, redirect URI or scopes begins a new review.',
  },
  {
    pattern: /OAuth client has been rejected|client_rejected/i,
    cause: 'rejected',
    what: 'Cal.com has rejected the client: nobody can connect or refresh with it.',
    fix: `Look at the reason at ${console}, correct the client and hand it in again.`,
  },
  {
    pattern: /scope parameter is required for this OAuth client/i,
    cause: 'scope_missing',
    what: 'No scope was asked for.',
    fix: 'Set CALCOM_SCOPES, or leave it out for the default.',
  },
  {
    pattern: /Requested scope is not a recognized scope/i,
    cause: 'scope_unknown',
    what: 'Cal.com does not know a scope that was asked for.',
    fix: 'Correct CALCOM_SCOPES: names such as BOOKING_READ, in capital letters.',
  },
  {
    pattern: /Requested scope exceeds the client's registered scopes/i,
    cause: 'scope_not_enabled',
    what: 'A scope that was asked for is not enabled on the client.',
    fix: `Enable each scope of CALCOM_SCOPES on the client at ${console}, or take out what is not enabled. Each scope counts by itself: X_WRITE does not include X_READ.`,
  },
  {
    pattern: /code_challenge required for public clients|code_challenge_method must be S256|pkce_verification_failed/i,
    cause: 'pkce',
    what: 'The PKCE values do not fit. A public client must send a challenge with S256, and the verifier that belongs to it.',
    fix: 'Set the client secret for a confidential client. Punctual then sends no challenge, as Cal.com needs it.',
  },
  {
    pattern: /pkce_missing_parameters_or_invalid_method/i,
    cause: 'pkce',
    what: 'The code was issued with a code challenge, and the exchange had no verifier. A confidential client of Cal.com must not send a challenge.',
    fix: 'Begin again without PKCE. Punctual sends none with a secret: look for another library that adds it.',
  },
  {
    pattern: /Team not found or user is not an admin\/owner/i,
    cause: 'not_permitted',
    what: 'The chosen team does not exist, or the person is neither its owner nor its admin.',
    fix: 'Let an owner or admin of the team connect, or choose another team.',
  },
  // Cal.com's token endpoint.
  {
    pattern: /client_not_found/i,
    cause: 'id',
    what: 'Cal.com does not know the client id.',
    fix: `Copy CALCOM_CLIENT_ID again from ${console}. It has 64 characters (0-9, a-f). A platform client (x-cal-client-id) is another thing.`,
  },
  {
    pattern: /invalid_client_credentials/i,
    cause: 'secret',
    what: 'Cal.com knows the client id, and the secret is not one of this client.',
    fix: `Make a new secret for this client at ${console} and set CALCOM_CLIENT_SECRET to it. A client can have two at a time, so the old one works until you delete it.`,
  },
  {
    pattern: /code_invalid_or_expired/i,
    cause: 'code',
    what: 'Cal.com does not accept the code: it was used before, is older than ten minutes, or belongs to another client.',
    fix: 'Begin again. A code works once: a page that is loaded twice, or a link preview, uses it up.',
  },
  {
    pattern: /refresh_token_revoked/i,
    cause: 'refresh_token',
    what: 'The refresh token was used before. At Cal.com a refresh ends all other refresh tokens of the same user and client.',
    fix: `${connectAgain} See that nothing else refreshes tokens of this client: a script, a second deployment with a copy of the database.`,
  },
  {
    pattern: /invalid_refresh_token/i,
    cause: 'refresh_token',
    what: 'Cal.com does not accept the refresh token: it has expired (30 days after the last refresh), or is not a refresh token.',
    fix: connectAgain,
  },
  {
    pattern: /client_id_mismatch/i,
    cause: 'refresh_token',
    what: 'The refresh token belongs to another client.',
    fix: 'Use the credentials of the client that got the token, or let the person connect again.',
  },
  {
    pattern: /client_id is required|Body is required/i,
    cause: 'request',
    what: 'The request had no client id in its body. Cal.com ignores Basic credentials.',
    fix: 'Send client_id and client_secret in the body. Punctual does: look for a proxy that changes the body.',
  },
  {
    pattern: /property is wrong|grant_type must be 'authorization_code' or 'refresh_token'/i,
    cause: 'request',
    what: 'Cal.com takes exactly the fields of the grant: one is missing, or one too many was sent (scope, resource, a code_verifier beside the secret).',
    fix: 'Send exactly the documented fields. Punctual does: look for a library or a proxy that adds to the body.',
  },
  {
    pattern: /encryption_key_missing|error_code_exchange/i,
    cause: 'server',
    what: 'The Cal.com server is not set up: its encryption key is missing, or it failed at the exchange.',
    fix: 'For a Cal.com of your own: set CALENDSO_ENCRYPTION_KEY there. Otherwise try again later.',
  },
  // Cal.com's API.
  {
    pattern: /Invalid Access Token|PermissionsGuard - no oAuth client found|ACCESS_TOKEN_IS_EXPIRED/i,
    cause: 'access_token',
    what: 'The API does not accept the access token: it has expired, or is not a token of Cal.com. For bookings and event types Cal.com says so with a 403, and repeats the token: treat that body as a secret.',
    fix: 'Punctual refreshes and tries again by itself. If the connection then needs a reconnect, let the person connect again.',
  },
  {
    pattern: /insufficient_scope: this endpoint is not available for third-party OAuth tokens/i,
    cause: 'not_permitted',
    what: 'Cal.com does not offer this endpoint to OAuth clients.',
    fix: 'Use another endpoint. No scope opens this one.',
  },
  {
    pattern: /insufficient_scope/i,
    cause: 'insufficient_scope',
    what: 'The account has not granted a scope that this call needs; the message names it after "Required".',
    fix: 'Enable the scope on the client, add it to CALCOM_SCOPES, and let the person connect again. X_WRITE does not include X_READ.',
  },
  {
    pattern: /No authentication method provided|PermissionsGuard - no authentication provided/i,
    cause: 'access_token',
    what: 'The request to the API had no token. Cal.com also says so for "bearer" in lower case.',
    fix: 'Send Authorization: Bearer with the token, with a capital B. connection.fetch does.',
  },
  {
    pattern: /ThrottlerException|CustomThrottlerGuard/i,
    cause: 'limit',
    what: 'The limit of Cal.com is exceeded: it refuses every call for 60 seconds. The token endpoint allows 120 requests a minute for each address.',
    fix: 'Wait for a minute. Punctual spaces its calls: look for something else behind the same address or token.',
  },
  {
    pattern: /already has booking at this time or is not available|can't be booked at the "start" time/i,
    cause: 'taken',
    what: 'The time is not free, or cannot be booked.',
    fix: 'Read the slots again and let the person choose another one.',
  },
  {
    pattern: /Attempting to book a meeting in the past/i,
    cause: 'request',
    what: 'The time is in the past.',
    fix: 'Choose a later time. Check the time zone: Cal.com wants UTC.',
  },
  {
    pattern: /Webhook URL is not allowed/i,
    cause: 'request',
    what: 'Cal.com does not send webhooks to this address: it is in a private network, or on this machine.',
    fix: 'Set PUNCTUAL_URL to a public https address.',
  },
  {
    pattern: /Webhook with this subscriber url already exists/i,
    cause: 'already_exists',
    what: 'A webhook for this address exists already for this user.',
    fix: 'Delete the old one first. Punctual finds its own again by itself.',
  },
  {
    pattern: /Event type with id \S+ not found|Cannot (GET|POST|PATCH|DELETE) \//i,
    cause: 'not_found',
    what: 'There is nothing at this address of the API. Cal.com also says so for a version (cal-api-version) that the endpoint does not know.',
    fix: 'Check the path, which begins with /v2, and the header cal-api-version of that resource.',
  },
]
