// The named switches: one for each behaviour of the real services that is unknown or that changed.
// A test holds that every switch has a default and a sentence, and is listed in docs/providers/.

import { z } from 'zod'

/** Every switch by its name. A limit of `null` means that nothing is limited. */
export interface Switches {
  readonly calendlyOldAccessTokenOnRefresh: 'revoked' | 'kept'
  readonly calendlyRevokeEndsPair: boolean
  readonly calendlyAuthorizeErrors: 'page' | 'redirect'
  readonly calendlyAuthorizeErrorStatus: number
  readonly calendlyRefreshGraceSeconds: number
  readonly calendlyReuseRevokesFamily: boolean
  readonly calendlyLegacyRefresh: boolean
  readonly calendlyDefaultScopeOnRefresh: 'migrated' | 'kept'
  readonly calendlyScopeInTokenAnswer: boolean
  readonly calendlyScopeOmitted: 'none' | 'all'
  readonly calendlyScopesInAccessToken: boolean
  readonly calendlyIssInRedirect: boolean
  readonly calendlyLoopbackIpPortVaries: boolean
  readonly calendlyBasicIsPercentDecoded: boolean
  readonly calendlyTokenErrorChallenge: boolean
  readonly calendlyFailedExchangeBurnsCode: boolean
  readonly calendlyIntrospectRefreshToken: 'all' | 'fewer'
  readonly calendlyNativeMayIntrospect: boolean
  readonly calendlyTokensPerMinute: number | null
  readonly calendlyTokenLimitBody: 'empty' | 'oauth' | 'title'
  readonly calendlyAuthRateLimitHeaders: boolean
  readonly calendlyPaidPerMinute: number | null
  readonly calendlyFreePerMinute: number | null
  readonly calendlyApiLimitBody: 'title' | 'empty'
  readonly calendlyRetryAfter: boolean
  readonly calendlyRateLimitReset: 'left' | 'window'
  readonly calendlyRateLimitPer: 'user' | 'user_and_client'
  readonly calendlyAvailableTimesScope: 'availability:read' | 'event_types:read'
  readonly calendlyTakenSlot: 'already_filled' | 'not_found'
  readonly calendlyLocalizedDetails: boolean
  readonly calendlyAnswersChecked: boolean
  readonly calendlyLocationOmitted: 'refused' | 'first'
  readonly calendlyCancelReasonRefused: boolean
  readonly calendlyExternalCalendar: 'works' | 'fails'
  readonly calendlyPaidBookingsPerMinute: number | null
  readonly calendlyPaidBookingsPerHour: number | null
  readonly calendlyPaidBookingsPerDay: number | null
  readonly calendlyFreeBookingsPerDay: number | null
  readonly calendlySigningKeyParameter: 'ignored' | 'used'
  readonly calendlyEventTypeHookScopes: 'any' | 'organization'
  readonly calendlyFreePlanHooks: 'most' | 'all' | 'none'
  readonly calendlyPublicCallbacksOnly: boolean
  readonly calendlyHooksEndWithTokens: boolean
  readonly calendlyRetryFirstSeconds: number
  readonly calendlyRetrySignature: 'fresh' | 'same'
  readonly calendlyRescheduleOrder: 'canceled_first' | 'created_first'
  readonly calendlyNoShowPayload: 'invitee' | 'no_show'
  readonly calcomStateRequired: boolean
  readonly calcomUnknownScopeError: 'invalid_scope' | 'invalid_request'
  readonly calcomForeignLookupBurnsCode: boolean
  readonly calcomRevokeEndsAccessTokens: boolean
  readonly calcomLegacyScopeInAnswer: boolean
  readonly calcomLegacyRefreshToken: 'once' | 'until_it_ends'
  readonly calcomNoBody: 'body_required' | 'client_id_required'
  readonly calcomOldVersions: 'refuse' | 'current'
  readonly calcomAnonymousPerMinute: number | null
  readonly calcomTokenPerMinute: number | null
  readonly calcomApiKeyPerMinute: number | null
  readonly calcomAttendeesPerMinute: number | null
  readonly calcomReservationBlocksBooking: boolean
  readonly calcomGuestsWhereDisabled: 'refused' | 'ignored'
  readonly calcomHostNoShowWebhook: boolean
  readonly calcomRepeatedNoShowWebhook: boolean
  readonly calcomSeatInWebhooks: boolean
  readonly calcomCalendarsScope: 'APPS_READ' | 'none'
  readonly calcomUnknownScopes: 'assumed' | 'none' | 'closed'
  readonly calcomAttendeeEmailInLists: boolean
  readonly calcomWebhookUrlFilter: boolean
  readonly calcomWebhookAttempts: number
}

const limit = z.int().min(1).nullable()

// Has sixty parts, and so it is built only when a switch is given or shown.
function createSchema() {
  return z.strictObject({
    calendlyOldAccessTokenOnRefresh: z.enum(['revoked', 'kept']),
    calendlyRevokeEndsPair: z.boolean(),
    calendlyAuthorizeErrors: z.enum(['page', 'redirect']),
    calendlyAuthorizeErrorStatus: z.int().min(200).max(499),
    calendlyRefreshGraceSeconds: z.number().min(0),
    calendlyReuseRevokesFamily: z.boolean(),
    calendlyLegacyRefresh: z.boolean(),
    calendlyDefaultScopeOnRefresh: z.enum(['migrated', 'kept']),
    calendlyScopeInTokenAnswer: z.boolean(),
    calendlyScopeOmitted: z.enum(['none', 'all']),
    calendlyScopesInAccessToken: z.boolean(),
    calendlyIssInRedirect: z.boolean(),
    calendlyLoopbackIpPortVaries: z.boolean(),
    calendlyBasicIsPercentDecoded: z.boolean(),
    calendlyTokenErrorChallenge: z.boolean(),
    calendlyFailedExchangeBurnsCode: z.boolean(),
    calendlyIntrospectRefreshToken: z.enum(['all', 'fewer']),
    calendlyNativeMayIntrospect: z.boolean(),
    calendlyTokensPerMinute: limit,
    calendlyTokenLimitBody: z.enum(['empty', 'oauth', 'title']),
    calendlyAuthRateLimitHeaders: z.boolean(),
    calendlyPaidPerMinute: limit,
    calendlyFreePerMinute: limit,
    calendlyApiLimitBody: z.enum(['title', 'empty']),
    calendlyRetryAfter: z.boolean(),
    calendlyRateLimitReset: z.enum(['left', 'window']),
    calendlyRateLimitPer: z.enum(['user', 'user_and_client']),
    calendlyAvailableTimesScope: z.enum(['availability:read', 'event_types:read']),
    calendlyTakenSlot: z.enum(['already_filled', 'not_found']),
    calendlyLocalizedDetails: z.boolean(),
    calendlyAnswersChecked: z.boolean(),
    calendlyLocationOmitted: z.enum(['refused', 'first']),
    calendlyCancelReasonRefused: z.boolean(),
    calendlyExternalCalendar: z.enum(['works', 'fails']),
    calendlyPaidBookingsPerMinute: limit,
    calendlyPaidBookingsPerHour: limit,
    calendlyPaidBookingsPerDay: limit,
    calendlyFreeBookingsPerDay: limit,
    calendlySigningKeyParameter: z.enum(['ignored', 'used']),
    calendlyEventTypeHookScopes: z.enum(['any', 'organization']),
    calendlyFreePlanHooks: z.enum(['most', 'all', 'none']),
    calendlyPublicCallbacksOnly: z.boolean(),
    calendlyHooksEndWithTokens: z.boolean(),
    calendlyRetryFirstSeconds: z.number().min(1),
    calendlyRetrySignature: z.enum(['fresh', 'same']),
    calendlyRescheduleOrder: z.enum(['canceled_first', 'created_first']),
    calendlyNoShowPayload: z.enum(['invitee', 'no_show']),
    calcomStateRequired: z.boolean(),
    calcomUnknownScopeError: z.enum(['invalid_scope', 'invalid_request']),
    calcomForeignLookupBurnsCode: z.boolean(),
    calcomRevokeEndsAccessTokens: z.boolean(),
    calcomLegacyScopeInAnswer: z.boolean(),
    calcomLegacyRefreshToken: z.enum(['once', 'until_it_ends']),
    calcomNoBody: z.enum(['body_required', 'client_id_required']),
    calcomOldVersions: z.enum(['refuse', 'current']),
    calcomAnonymousPerMinute: limit,
    calcomTokenPerMinute: limit,
    calcomApiKeyPerMinute: limit,
    calcomAttendeesPerMinute: limit,
    calcomReservationBlocksBooking: z.boolean(),
    calcomGuestsWhereDisabled: z.enum(['refused', 'ignored']),
    calcomHostNoShowWebhook: z.boolean(),
    calcomRepeatedNoShowWebhook: z.boolean(),
    calcomSeatInWebhooks: z.boolean(),
    calcomCalendarsScope: z.enum(['APPS_READ', 'none']),
    calcomUnknownScopes: z.enum(['assumed', 'none', 'closed']),
    calcomAttendeeEmailInLists: z.boolean(),
    calcomWebhookUrlFilter: z.boolean(),
    calcomWebhookAttempts: z.int().min(1).max(3),
  })
}

let built: ReturnType<typeof createSchema> | undefined

function schema(): ReturnType<typeof createSchema> {
  built ??= createSchema()
  return built
}

/** What a caller may give: any of the switches. */
export const switchesInput: z.ZodType<{ [Name in keyof Switches]?: Switches[Name] | undefined }> = z.lazy(() =>
  schema().partial(),
)

/** The values that a switch may have, as texts; null when it takes a number. */
export function switchChoices(name: keyof Switches): readonly string[] | null {
  const type: z.ZodType = schema().shape[name]
  if (type instanceof z.ZodBoolean) return ['true', 'false']
  return type instanceof z.ZodEnum ? type.options.map(String) : null
}

/** The defaults: what the sources say, or the stricter reading where they say nothing. */
export const switchDefaults: Readonly<Switches> = Object.freeze({
  calendlyOldAccessTokenOnRefresh: 'revoked',
  calendlyRevokeEndsPair: true,
  calendlyAuthorizeErrors: 'page',
  calendlyAuthorizeErrorStatus: 400,
  calendlyRefreshGraceSeconds: 0,
  calendlyReuseRevokesFamily: false,
  calendlyLegacyRefresh: false,
  calendlyDefaultScopeOnRefresh: 'migrated',
  calendlyScopeInTokenAnswer: true,
  calendlyScopeOmitted: 'none',
  calendlyScopesInAccessToken: false,
  calendlyIssInRedirect: false,
  calendlyLoopbackIpPortVaries: false,
  calendlyBasicIsPercentDecoded: false,
  calendlyTokenErrorChallenge: true,
  calendlyFailedExchangeBurnsCode: false,
  calendlyIntrospectRefreshToken: 'all',
  calendlyNativeMayIntrospect: true,
  calendlyTokensPerMinute: 8,
  calendlyTokenLimitBody: 'empty',
  calendlyAuthRateLimitHeaders: false,
  calendlyPaidPerMinute: 500,
  calendlyFreePerMinute: 50,
  calendlyApiLimitBody: 'title',
  calendlyRetryAfter: false,
  calendlyRateLimitReset: 'left',
  calendlyRateLimitPer: 'user',
  calendlyAvailableTimesScope: 'availability:read',
  calendlyTakenSlot: 'already_filled',
  calendlyLocalizedDetails: true,
  calendlyAnswersChecked: true,
  calendlyLocationOmitted: 'refused',
  calendlyCancelReasonRefused: false,
  calendlyExternalCalendar: 'works',
  calendlyPaidBookingsPerMinute: 10,
  calendlyPaidBookingsPerHour: 50,
  calendlyPaidBookingsPerDay: 100,
  calendlyFreeBookingsPerDay: 5,
  calendlySigningKeyParameter: 'used',
  calendlyEventTypeHookScopes: 'any',
  calendlyFreePlanHooks: 'most',
  calendlyPublicCallbacksOnly: false,
  calendlyHooksEndWithTokens: false,
  calendlyRetryFirstSeconds: 60,
  calendlyRetrySignature: 'fresh',
  calendlyRescheduleOrder: 'canceled_first',
  calendlyNoShowPayload: 'invitee',
  calcomStateRequired: true,
  calcomUnknownScopeError: 'invalid_scope',
  calcomForeignLookupBurnsCode: false,
  calcomRevokeEndsAccessTokens: false,
  calcomLegacyScopeInAnswer: false,
  calcomLegacyRefreshToken: 'once',
  calcomNoBody: 'body_required',
  calcomOldVersions: 'refuse',
  calcomAnonymousPerMinute: 120,
  calcomTokenPerMinute: 500,
  calcomApiKeyPerMinute: 120,
  calcomAttendeesPerMinute: 5,
  calcomReservationBlocksBooking: false,
  calcomGuestsWhereDisabled: 'refused',
  calcomHostNoShowWebhook: false,
  calcomRepeatedNoShowWebhook: true,
  calcomSeatInWebhooks: true,
  calcomCalendarsScope: 'APPS_READ',
  calcomUnknownScopes: 'assumed',
  calcomAttendeeEmailInLists: true,
  calcomWebhookUrlFilter: false,
  calcomWebhookAttempts: 1,
})
