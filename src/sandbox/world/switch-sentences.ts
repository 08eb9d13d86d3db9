// What each switch decides, and why it is open, in the words of docs/providers/: a test compares the two. Backticks
// mark code.

import type { Switches } from './switches.ts'

/** One sentence for each switch. */
export const switchSentences: Readonly<Record<keyof Switches, string>> = Object.freeze({
  calendlyOldAccessTokenOnRefresh:
    '`kept`: the old access token still works after a refresh. Not documented; in Doorkeeper one row holds both tokens',
  calendlyRevokeEndsPair: 'whether revoking one token of a pair also ends the other. Not documented',
  calendlyAuthorizeErrors:
    '`redirect`: all errors except those about the client and the address redirect to the app. Not documented',
  calendlyAuthorizeErrorStatus: 'the status of the error page. Not documented',
  calendlyRefreshGraceSeconds:
    'for how many seconds a used refresh token is still accepted. Calendly documents no grace period',
  calendlyReuseRevokesFamily: 'whether presenting a used refresh token ends all tokens of its grant. Not documented',
  calendlyLegacyRefresh:
    '`true`: the behaviour before 2026, where a refresh token ends only when the access token issued for it is used. It is not known when that changed',
  calendlyDefaultScopeOnRefresh:
    '`migrated`: a refresh turns a legacy token into one with scopes (documented). It is not documented which scopes: here all of them. `kept`: it keeps `default`',
  calendlyScopeInTokenAnswer: 'whether the token answer has `scope`. It is optional there',
  calendlyScopeOmitted:
    '`all`: on a new app, a request without `scope` asks for all enabled scopes. Observed once: the token had no scopes',
  calendlyScopesInAccessToken: 'whether the access token, a JWT, carries `scope`. Seen in personal tokens only',
  calendlyIssInRedirect: 'whether the redirect carries `iss` (RFC 9207). Not documented',
  calendlyLoopbackIpPortVaries:
    'whether an address on `127.0.0.1` or `[::1]` may have another port than the registered one, as in Doorkeeper',
  calendlyBasicIsPercentDecoded: 'whether Basic credentials are percent-decoded. Not documented',
  calendlyTokenErrorChallenge: 'whether token errors carry `WWW-Authenticate`. Not documented',
  calendlyFailedExchangeBurnsCode:
    'whether an exchange with a wrong address or verifier uses up the code. Not documented',
  calendlyIntrospectRefreshToken: '`fewer`: the answer for a refresh token has no `exp` and no `token_type`',
  calendlyNativeMayIntrospect: 'whether a client without a secret may introspect',
  calendlyTokensPerMinute: 'the documented limit; `null` for no limit',
  calendlyTokenLimitBody:
    "the body of a 429 for too many tokens. Not known: `empty` is `{}`, `oauth` is an OAuth error, `title` has the API's shape",
  calendlyAuthRateLimitHeaders: 'whether a 429 for too many tokens carries `X-RateLimit-*`. Not known',
  calendlyPaidPerMinute: 'the documented limit; `null` for no limit',
  calendlyFreePerMinute: 'the documented limit; `null` for no limit',
  calendlyApiLimitBody: "the body of the API's 429. Not known: `title` is an assumption, `empty` is `{}`",
  calendlyRetryAfter: 'whether a 429 carries `Retry-After`. It is not among the documented headers',
  calendlyRateLimitReset:
    '`window`: `X-RateLimit-Reset` is the length of the window. Calendly documents it as the seconds that are left, but it was 60 in all 24 recorded answers',
  calendlyRateLimitPer:
    '`user_and_client`: each app has its own limit for a user, as the observed `X-RateLimit-Key` suggests. Calendly documents one limit for each user',
  calendlyAvailableTimesScope:
    "the scope that the endpoint needs. The endpoint's page and the catalogue of scopes contradict each other",
  calendlyTakenSlot:
    "`not_found`: a start that is taken or closed is 404, as one of Calendly's guides says. 400 was observed",
  calendlyLocalizedDetails: "whether the sentence about a taken slot is in the account's language. Seen once",
  calendlyAnswersChecked:
    'whether an unknown question, a missing required answer and an option that is not offered are 400. How Calendly checks answers is not documented. `false`: all are taken',
  calendlyLocationOmitted:
    '`first`: a booking without `location` takes the first place of the event type, if that needs nothing from the invitee. When an event type has places, a location must match one of them (documented); what happens without one is not known',
  calendlyCancelReasonRefused:
    'whether a cancellation with a `reason` is refused with 400. Observed once; the documents say otherwise',
  calendlyExternalCalendar: '`fails`: a request for busy times gets the documented 424',
  calendlyPaidBookingsPerMinute: 'the documented limit; `null` for no limit',
  calendlyPaidBookingsPerHour: 'the documented limit; `null` for no limit',
  calendlyPaidBookingsPerDay: 'the documented limit; `null` for no limit',
  calendlyFreeBookingsPerDay:
    'the limit is not known. The default is that of a trial, the smallest documented one. `null` for no limit',
  calendlySigningKeyParameter:
    "`ignored`: the app's key signs even if a subscription has a `signing_key`. That parameter is documented for personal tokens only, but two published OAuth clients rely on it",
  calendlyEventTypeHookScopes:
    '`organization`: only subscriptions of this scope can have `event_type.*`. It is not known which scopes can',
  calendlyFreePlanHooks:
    "`most`: an organization whose owner has the free plan can have all events except `routing_form_submission.*` and `meeting_recap.*`. The owner's plan decides (documented), but it is not known which event needs which plan. `none`: the rule before 2026-11-03",
  calendlyPublicCallbacksOnly:
    '`true`: an address of this machine is refused as an invalid `url`. A callback must be public (documented), but it is not known how any other is refused',
  calendlyHooksEndWithTokens:
    "whether a subscription stops sending when its creator's tokens are revoked. Not documented",
  calendlyRetryFirstSeconds:
    'seconds before the first retry of a webhook. Each further delay is twice as long. The schedule is not known',
  calendlyRetrySignature: '`same`: a retry carries the time and the signature of the first send. Not known',
  calendlyRescheduleOrder:
    '`created_first`: of the two messages of a move, `invitee.created` is sent first. The order is not documented',
  calendlyNoShowPayload:
    '`no_show`: the payload of `invitee_no_show.*` is the mark alone (`uri`, `invitee`, `created_at`), as one public client expects. The documents show an invitee with `no_show` and the meeting',
  calcomStateRequired:
    'whether a request without `state` fails with `invalid_request`. The source says so; the docs say "recommended"',
  calcomUnknownScopeError: 'the error for an unknown scope. It was `invalid_request` in older states of the source',
  calcomForeignLookupBurnsCode:
    'whether an exchange by another client uses up the code. The recorded answers do not show it',
  calcomRevokeEndsAccessTokens:
    'whether valid access tokens end when a user revokes access. According to the source they cannot',
  calcomLegacyScopeInAnswer:
    'whether the answer of the older endpoint has `scope`. It has none in the states of the source that were read',
  calcomLegacyRefreshToken:
    'how often a refresh token from before rotation is accepted. The facts say `once`. `until_it_ends`: according to the source, nothing records that it was used',
  calcomNoBody:
    'the error for a request without a form or JSON. Both were recorded, with different versions of the parser',
  calcomOldVersions:
    'the answer to a request without a version. `refuse` is 404, so that the mistake shows; `current` answers in the current shape',
  calcomAnonymousPerMinute: 'the limit for each IP address; `null` for no limit',
  calcomTokenPerMinute: 'the limit for each access token. The docs have numbers for API keys only. `null` for no limit',
  calcomApiKeyPerMinute: 'the limit for each API key, which Cal.com raises on request; `null` for no limit',
  calcomAttendeesPerMinute:
    'how many attendees may be added to bookings in a minute. According to the source about 5. `null` for no limit',
  calcomReservationBlocksBooking:
    'whether a reserved slot cannot be booked by others. It is not listed among the slots in any case',
  calcomGuestsWhereDisabled:
    '`ignored`: guests of a booking whose event type has `disableGuests` are left out. It is not known what Cal.com does with them',
  calcomHostNoShowWebhook:
    'whether marking the host as absent sends `BOOKING_NO_SHOW_UPDATED`, without attendees. The documented payload has attendees only',
  calcomRepeatedNoShowWebhook:
    'whether `BOOKING_NO_SHOW_UPDATED` is sent for a mark that changes nothing: one that is set, or taken away, already. No source says it',
  calcomSeatInWebhooks:
    'whether a message about a seat names it as `attendeeSeatId`. According to the source it does, since 2024',
  calcomCalendarsScope:
    'the scope that calendars need. `none`: the guards in the source require no scope. `APPS_READ` is the stricter choice',
  calcomUnknownScopes:
    'the scopes for teams and for out of office are not known. `none` requires no scope, `closed` refuses every token of an app',
  calcomAttendeeEmailInLists:
    '`false`: attendees in lists have `displayEmail` without `email`. Observed; it is not known when this happens',
  calcomWebhookUrlFilter:
    '`true`: addresses of this machine are refused with `Webhook URL is not allowed: …`, as Cal.com does. Its words after the colon are not known',
  calcomWebhookAttempts:
    'how often a webhook is sent. `3`: with delays of 30 s and 60 s. The source has both, and it is not known which one the hosted service uses',
})
