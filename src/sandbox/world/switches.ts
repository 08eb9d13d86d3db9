// The named switches: one for each behaviour of the real services that is unknown or that changed.
// Invariant: every switch has a default, a sentence, and is listed in docs/providers/.

import { z } from 'zod'

/** Every switch by its name; a limit of null is no limit. */
export interface Switches {
  calendlyOldAccessTokenOnRefresh: 'revoked' | 'kept'
  calendlyRevokeEndsPair: boolean
  calendlyAuthorizeErrors: 'page' | 'redirect'
  calendlyAuthorizeErrorStatus: number
  calendlyRefreshGraceSeconds: number
  calendlyReuseRevokesFamily: boolean
  calendlyLegacyRefresh: boolean
  calendlyDefaultScopeOnRefresh: 'migrated' | 'kept'
  calendlyScopeInTokenAnswer: boolean
  calendlyScopeOmitted: 'none' | 'all'
  calendlyScopesInAccessToken: boolean
  calendlyIssInRedirect: boolean
  calendlyLoopbackIpPortVaries: boolean
  calendlyBasicIsPercentDecoded: boolean
  calendlyTokenErrorChallenge: boolean
  calendlyFailedExchangeBurnsCode: boolean
  calendlyIntrospectRefreshToken: 'all' | 'fewer'
  calendlyNativeMayIntrospect: boolean
  calendlyTokensPerMinute: number | null
  calendlyTokenLimitBody: 'empty' | 'oauth' | 'title'
  calendlyAuthRateLimitHeaders: boolean
  calendlyPaidPerMinute: number | null
  calendlyFreePerMinute: number | null
  calendlyApiLimitBody: 'title' | 'empty'
  calendlyRetryAfter: boolean
  calendlyRateLimitReset: 'left' | 'window'
  calendlyRateLimitPer: 'user' | 'user_and_client'
  calendlyAvailableTimesScope: 'availability:read' | 'event_types:read'
  calendlyTakenSlot: 'already_filled' | 'not_found'
  calendlyLocalizedDetails: boolean
  calendlyCancelReasonRefused: boolean
  calendlyExternalCalendar: 'works' | 'fails'
  calendlyPaidBookingsPerMinute: number | null
  calendlyPaidBookingsPerHour: number | null
  calendlyPaidBookingsPerDay: number | null
  calendlyFreeBookingsPerDay: number | null
  calendlySigningKeyParameter: 'ignored' | 'used'
  calendlyEventTypeHookScopes: 'any' | 'organization'
  calendlyFreePlanHooks: 'most' | 'all' | 'none'
  calendlyPublicCallbacksOnly: boolean
  calendlyHooksEndWithTokens: boolean
  calendlyRetryFirstSeconds: number
  calendlyRetrySignature: 'fresh' | 'same'
  calcomStateRequired: boolean
  calcomUnknownScopeError: 'invalid_scope' | 'invalid_request'
  calcomForeignLookupBurnsCode: boolean
  calcomRevokeEndsAccessTokens: boolean
  calcomLegacyScopeInAnswer: boolean
  calcomLegacyRefreshToken: 'once' | 'until_it_ends'
  calcomNoBody: 'body_required' | 'client_id_required'
  calcomOldVersions: 'refuse' | 'current'
  calcomAnonymousPerMinute: number | null
  calcomTokenPerMinute: number | null
  calcomApiKeyPerMinute: number | null
  calcomAttendeesPerMinute: number | null
  calcomReservationBlocksBooking: boolean
  calcomCalendarsScope: 'APPS_READ' | 'none'
  calcomUnknownScopes: 'assumed' | 'none' | 'closed'
  calcomAttendeeEmailInLists: boolean
  calcomWebhookUrlFilter: boolean
  calcomWebhookAttempts: number
}

const limit = z.int().min(1).nullable()

const schema = z.strictObject({
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
  calcomCalendarsScope: z.enum(['APPS_READ', 'none']),
  calcomUnknownScopes: z.enum(['assumed', 'none', 'closed']),
  calcomAttendeeEmailInLists: z.boolean(),
  calcomWebhookUrlFilter: z.boolean(),
  calcomWebhookAttempts: z.int().min(1).max(3),
})

/** What a caller may give: any of the switches. */
export const switchesInput: z.ZodType<{ [Name in keyof Switches]?: Switches[Name] | undefined }> = schema.partial()

/** The values that a switch may have, as texts; null when it takes a number. */
export function switchChoices(name: keyof Switches): readonly string[] | null {
  const type: z.ZodType = schema.shape[name]
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
  calcomCalendarsScope: 'APPS_READ',
  calcomUnknownScopes: 'assumed',
  calcomAttendeeEmailInLists: true,
  calcomWebhookUrlFilter: false,
  calcomWebhookAttempts: 1,
})
