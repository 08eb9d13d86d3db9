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
  calcomStateRequired: boolean
  calcomUnknownScopeError: 'invalid_scope' | 'invalid_request'
  calcomForeignLookupBurnsCode: boolean
  calcomRevokeEndsAccessTokens: boolean
  calcomLegacyScopeInAnswer: boolean
  calcomOldVersions: 'refuse' | 'current'
  calcomAnonymousPerMinute: number | null
  calcomTokenPerMinute: number | null
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
  calcomStateRequired: z.boolean(),
  calcomUnknownScopeError: z.enum(['invalid_scope', 'invalid_request']),
  calcomForeignLookupBurnsCode: z.boolean(),
  calcomRevokeEndsAccessTokens: z.boolean(),
  calcomLegacyScopeInAnswer: z.boolean(),
  calcomOldVersions: z.enum(['refuse', 'current']),
  calcomAnonymousPerMinute: limit,
  calcomTokenPerMinute: limit,
})

/** What a caller may give: any of the switches. */
export const switchesInput: z.ZodType<{ [Name in keyof Switches]?: Switches[Name] | undefined }> = schema.partial()

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
  calcomStateRequired: true,
  calcomUnknownScopeError: 'invalid_scope',
  calcomForeignLookupBurnsCode: false,
  calcomRevokeEndsAccessTokens: false,
  calcomLegacyScopeInAnswer: false,
  calcomOldVersions: 'refuse',
  calcomAnonymousPerMinute: 120,
  calcomTokenPerMinute: 500,
})
