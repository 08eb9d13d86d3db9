// What each switch decides, and why it is open, in the words of docs/providers/: a test holds the two together.
// Backticks mark what is typed.

import type { Switches } from './switches.ts'

/** A line for each switch. */
export const switchSentences: Readonly<Record<keyof Switches, string>> = Object.freeze({
  calendlyOldAccessTokenOnRefresh:
    '`kept`: the old access token lives on after a refresh. Not documented; in Doorkeeper one row holds both',
  calendlyRevokeEndsPair: 'whether revoking one token ends its partner. Not documented',
  calendlyAuthorizeErrors:
    '`redirect`: errors other than those about client and address go back to the app. Not documented',
  calendlyAuthorizeErrorStatus: 'the status of that page. Not documented',
  calendlyRefreshGraceSeconds: 'how long a spent refresh token is still taken. None is documented',
  calendlyReuseRevokesFamily: 'whether a spent refresh token ends all that came of its grant. Not documented',
  calendlyLegacyRefresh:
    'the behaviour before 2026: a refresh token ends only when an access token made from it is used. When that ended is not known',
  calendlyDefaultScopeOnRefresh:
    'a legacy token becomes a scoped one when it is refreshed (documented); into which scopes is not: here all of them. `kept`: `default` stays',
  calendlyScopeInTokenAnswer: '`scope` is optional in the answer',
  calendlyScopeOmitted: '`all`: no `scope` asks for everything enabled on a new app. Observed once as none',
  calendlyScopesInAccessToken: 'whether the JWT carries `scope`. Seen in personal tokens only',
  calendlyIssInRedirect: 'whether the redirect carries `iss` (RFC 9207). Not documented',
  calendlyLoopbackIpPortVaries: 'whether the port may differ for `127.0.0.1` and `[::1]`, as in Doorkeeper',
  calendlyBasicIsPercentDecoded: 'whether Basic credentials are percent-decoded',
  calendlyTokenErrorChallenge: 'whether token errors carry `WWW-Authenticate`',
  calendlyFailedExchangeBurnsCode: 'whether a wrong address or verifier uses up the code',
  calendlyIntrospectRefreshToken: '`fewer`: without `exp` and `token_type`',
  calendlyNativeMayIntrospect: 'whether a client without a secret may introspect',
  calendlyTokensPerMinute: 'the documented limit; `null` for none',
  calendlyTokenLimitBody:
    "the body of its 429 is not known: `empty` is `{}`, `oauth` an OAuth error, `title` the API's shape",
  calendlyAuthRateLimitHeaders: 'whether that 429 carries `X-RateLimit-*`. Not known',
  calendlyPaidPerMinute: 'the documented limit; `null` for none',
  calendlyFreePerMinute: 'the documented limit; `null` for none',
  calendlyApiLimitBody: "the body of the API's 429 is not known: `title` is an assumption, `empty` is `{}`",
  calendlyRetryAfter: 'whether a 429 carries `Retry-After`. Not among the documented headers',
  calendlyRateLimitReset:
    '`window`: `X-RateLimit-Reset` is the length of the window. Documented as the seconds that are left; 60 in all of 24 answers that were recorded',
  calendlyRateLimitPer:
    '`user_and_client`: each app has a limit of its own for a user, as the observed `X-RateLimit-Key` suggests. Documented as one for the user',
  calendlyAvailableTimesScope:
    "`event_types:read`: the endpoint's page says the one, the catalogue of scopes the other",
  calendlyTakenSlot: "`not_found`: a taken or closed start is 404, as one guide of Calendly's says; 400 was measured",
  calendlyLocalizedDetails: "whether the sentence about a taken slot is in the account's language; seen once",
  calendlyCancelReasonRefused:
    'whether a cancellation with a `reason` is 400, as was measured once against the documents',
  calendlyExternalCalendar: '`fails`: busy times answer the documented 424',
  calendlyPaidBookingsPerMinute: 'the documented limit; `null` for none',
  calendlyPaidBookingsPerHour: 'the documented limit; `null` for none',
  calendlyPaidBookingsPerDay: 'the documented limit; `null` for none',
  calendlyFreeBookingsPerDay: 'not known; here the one of a trial, the smallest documented. `null` for none',
  calendlySigningKeyParameter:
    "`ignored`: the app's key signs even where a subscription has a `signing_key`. Documented for personal tokens only; two shipped OAuth clients rely on their own key",
  calendlyEventTypeHookScopes: '`organization`: with which scopes `event_type.*` can be subscribed to is not known',
  calendlyFreePlanHooks:
    "`most`: an organization whose owner has the free plan can have all events but `routing_form_submission.*` and `meeting_recap.*`. The owner's plan decides (documented); which event needs which plan is not known. `none`: the rule before 2026-11-03",
  calendlyPublicCallbacksOnly:
    '`true`: an address of this machine is refused as an invalid `url`. A callback must be public (documented); how another is refused is not known',
  calendlyHooksEndWithTokens:
    "whether a subscription falls silent when its creator's tokens are revoked. Not documented",
  calendlyRetryFirstSeconds:
    'the first pause before a retry; each further one is twice as long. The schedule is not known',
  calendlyRetrySignature: "`same`: a retry carries the first attempt's time and signature. Not known",
  calcomStateRequired:
    'without `state` the request fails with `invalid_request`. By reading; the docs say "recommended"',
  calcomUnknownScopeError: '`invalid_request` in older states of the source',
  calcomForeignLookupBurnsCode: "whether another client's attempt uses up the code. The record does not tell",
  calcomRevokeEndsAccessTokens:
    'whether running access tokens end when a user takes access back. By the source they cannot',
  calcomLegacyScopeInAnswer: 'whether the older endpoint answers `scope`. Not in the states that were seen',
  calcomLegacyRefreshToken:
    'how often a refresh token without a secret is taken: the facts say once, but by reading nothing remembers it: `until_it_ends`',
  calcomNoBody:
    '`client_id_required`: what a request without a form or JSON is told. Both were recorded, with different versions of the parser',
  calcomOldVersions:
    'what a missing version gets: `refuse` is 404, so that the mistake shows; `current` answers in the current shape',
  calcomAnonymousPerMinute: 'limit for each address; `null` for none',
  calcomTokenPerMinute: 'limit for each access token; the docs name figures for API keys only; `null` for none',
  calcomApiKeyPerMinute: 'limit for each API key, which Cal.com raises on request; `null` for none',
  calcomAttendeesPerMinute: 'how many attendees may be added to bookings; about 5 by the source; `null` for none',
  calcomReservationBlocksBooking:
    'whether a reserved slot keeps others from booking; it is hidden from the slots in any case',
  calcomCalendarsScope: '`none`: the guards in the source ask for no scope; `APPS_READ` is the stricter reading',
  calcomUnknownScopes:
    'the scopes of teams and of out of office are not known: `none` asks for none, `closed` refuses every token of an app',
  calcomAttendeeEmailInLists: '`false`: attendees in lists have `displayEmail` alone. Seen; when is not known',
  calcomWebhookUrlFilter:
    '`true`: addresses of this machine are refused with `Webhook URL is not allowed: …`, as Cal.com does; its words after the colon are not known',
  calcomWebhookAttempts:
    '`3`: with pauses of 30 s and 60 s. The source has both ways, and which one the hosted service takes is not known',
})
