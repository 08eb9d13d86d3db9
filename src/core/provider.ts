// What shared code may know of a provider: facts as fields, deviations as functions. No shared code asks for its name.

import type { Account } from './connection.ts'
import type { ErrorReasons } from './errors.ts'
import type { Secret } from './secret.ts'
import type { TokenAnswer } from './tokens.ts'
import type { ProviderWebhooks } from './webhooks.ts'

/**
 * How a client with a secret proves itself at the token endpoint. RFC 6749, section 2.3.1.
 * `client_secret_basic_raw` is Basic without the form-encoding that the RFC asks for.
 */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_basic_raw' | 'client_secret_post'

/** Where and how a token is revoked. RFC 7009. */
export interface Revocation {
  readonly endpoint: string
  readonly clientAuthentication: ClientAuthentication
  /** Whether the endpoint knows `token_type_hint`. */
  readonly typeHint: boolean
}

/** A response of the API, for a definition to judge: the body parsed where it is JSON, else `null`. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
}

/** What an API failure means. */
export type ApiMeaning =
  | { readonly kind: 'token_ended' }
  | { readonly kind: 'insufficient_scope'; readonly scopes: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  /** Not a response of the API itself: something in front of it answered. */
  | { readonly kind: 'unavailable'; readonly reason: 'proxy' }
  | { readonly kind: 'other' }

/**
 * Why a provider refuses a call that it has understood. `slot_taken`: the time is not free. `plan_limit`: the account's
 * plan does not include it. `organization_changed`: the account is not, or no longer, in the named organization.
 * `not_permitted`: the account's role does not allow it. `already_done`: already in the requested state.
 * `calendar_unavailable`: a calendar behind the provider failed.
 */
export type RefusalReason = ErrorReasons['provider_refused']

/** An error response of the token endpoint. */
export interface TokenError {
  /** The status as it came. */
  readonly status: number
  /** `null`: a JSON response that refuses without a code of RFC 6749. */
  readonly error: string | null
  readonly description: string | null
}

/**
 * What it means for the grant to refresh. `grant`: the refresh token is not honoured, and the owner must reconnect.
 * `client`: the client is refused. `away`: it says nothing about either, and the refresh is tried again.
 */
export type TokenErrorMeaning = 'grant' | 'client' | 'away'

/** One page of a list. */
export interface ListPage {
  readonly items: readonly unknown[]
  /** The next page: an address on the API, or a path below its base. `null`: this was the last. */
  readonly next: string | null
}

/** What the headers of a response say about the limit that the call counted against. */
export interface RateReading {
  /** Calls in a window. */
  readonly limit: number
  /** Calls that are left in it. */
  readonly remaining: number
  /** Seconds until it ends. */
  readonly reset: number
}

/** The limit of one endpoint, beside the general one. */
export interface SpecialLimit {
  readonly method: string
  /** The path below the API's base. */
  readonly path: string
  /** So many calls in any span of so many seconds. Empty: the numbers are not known, and only a 429 shows them. */
  readonly spans: readonly { readonly calls: number; readonly seconds: number }[]
}

/** How a provider limits the calls of one account. */
export interface RateLimits {
  /** Reads the headers of a response; `null` where they say nothing. */
  read(headers: Headers): RateReading | null
  /** Whether each access token has a budget of its own. */
  readonly perToken: boolean
  /** Seconds for which every call is refused once the limit has been exceeded, even if the headers say less. */
  readonly block: number
  readonly special: readonly SpecialLimit[]
}

/**
 * Reads one path of the provider's API, or an address on the issuer's origin such as its userinfo endpoint, with the
 * access token that has just been issued.
 */
export type ApiCall = (path: string, headers?: Readonly<Record<string, string>>) => Promise<ApiAnswer>

/** A call that only reads, and shows a person that the connection works. */
export interface Sample {
  readonly title: string
  /** The API path for that account. */
  readonly path: (account: Account) => string
  readonly headers?: Readonly<Record<string, string>>
  /** The most useful members of the response to show, in that order. Default: the short ones. */
  readonly fields?: readonly string[]
}

/** A provider: frozen facts plus named quirks. Built by `defineProvider`. */
export interface Provider {
  readonly name: string
  /** Its name for people. */
  readonly title: string
  /** What `iss` must be when the provider sends it (RFC 9207). */
  readonly issuer: string
  /** Whether the provider always sends `iss`, so that a callback without it is refused. RFC 9207, section 2.4. */
  readonly issuerInCallback: boolean
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** `null` where the provider has none. */
  readonly revocation: Revocation | null
  /** Where API paths begin; no slash at the end. */
  readonly apiBase: string
  readonly clientAuthentication: ClientAuthentication
  /** Whether a client of that type sends a code challenge (RFC 7636, S256). */
  readonly pkce: { readonly confidential: boolean; readonly public: boolean }
  /** Every scope that there is; `null`: not known, so that any is accepted. */
  readonly scopes: readonly string[] | null
  /** Added to the authorization URL. Never overrides a parameter of the protocol. */
  readonly authorizationParameters: Readonly<Record<string, string>>
  /** Seconds that an access token lives when the response does not say. */
  readonly accessTokenLifetime: number
  /** Seconds after which an unused refresh token ends; `null`: never. */
  readonly refreshTokenLifetime: number | null
  /** Whether a refresh ends the other refresh tokens of the same account and client. */
  readonly refreshEndsSiblings: boolean
  /** Token requests per account and minute that the provider allows. */
  readonly tokenRequestsPerMinute: number
  /** What an error of the token endpoint means; `null`: what RFC 6749, section 5.2, says of its code. */
  tokenErrorMeaning(error: TokenError): TokenErrorMeaning | null
  /** Calls that a page may make to show an account at work. */
  readonly samples: readonly Sample[]
  /** `null` where Punctual knows of none. */
  readonly webhooks: ProviderWebhooks | null
  /** The account that gave consent. Rejects with a sentence when the responses do not say. */
  identify(answer: TokenAnswer, call: ApiCall): Promise<Account>
  /** What a response of status 400 to 499 means. `other`: what its status means in HTTP. */
  meaning(answer: ApiAnswer): ApiMeaning
  /**
   * Reads a page of a list; returns `null` where the body is not a list. `null` itself: how lists are paged is not
   * known.
   */
  readonly paging: ((answer: ApiAnswer, address: URL) => ListPage | null) | null
  /** Headers that every call of that path needs, unless its caller has set them. */
  requestHeaders(path: string): Readonly<Record<string, string>>
  /** `null`: the provider says nothing about its limits. */
  readonly rate: RateLimits | null
}

/** What a provider's webhooks bring, by the provider's word for the event. */
export type WebhookBodies = object

/** The webhooks of a provider whose events are not known to the compiler. */
export type AnyWebhookBodies = Readonly<Record<string, unknown>>

/** Only the compiler knows it: what the webhooks of a client's provider bring. */
declare const webhookBodies: unique symbol

/**
 * A client as shared code sees it: one OAuth app at one provider. Built by `calendly({...})` and its like. `Id` is its id,
 * `Bodies` what its webhooks bring.
 */
export interface Client<Id extends string = string, Bodies extends WebhookBodies = AnyWebhookBodies> {
  readonly [webhookBodies]?: Bodies
  /** Names it in URLs. Unique in one Punctual. */
  readonly id: Id
  readonly provider: Provider
  readonly clientId: string
  /** `null`: a public client. */
  readonly clientSecret: Secret | null
  readonly scopes: readonly string[]
  /** What the provider signs this client's webhooks with; several while the key is being changed. */
  readonly webhookKeys: readonly Secret[]
  /** Milliseconds after which a webhook is too old; `null`: as the provider's definition says. */
  readonly webhookToleranceMs: number | null
}

/** Whether this client sends a code challenge. */
export function usesPkce(client: Client): boolean {
  return client.clientSecret ? client.provider.pkce.confidential : client.provider.pkce.public
}
