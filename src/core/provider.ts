// What shared code may know about a provider: facts as fields, deviations as functions. Shared code never looks at its
// name.

import type { Account } from './connection.ts'
import type { ErrorReasons } from './errors.ts'
import type { ProviderScheduling } from './scheduling/provider.ts'
import type { Secret } from './secret.ts'
import type { TokenAnswer } from './tokens.ts'
import type { ProviderWebhooks } from './webhooks.ts'

/**
 * How a client with a secret authenticates at the token endpoint. RFC 6749, section 2.3.1.
 * `client_secret_basic_raw` is Basic without the form-encoding that the RFC requires.
 */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_basic_raw' | 'client_secret_post'

/** Where and how a token is revoked. RFC 7009. */
export interface Revocation {
  readonly endpoint: string
  readonly clientAuthentication: ClientAuthentication
  /** Whether the endpoint knows `token_type_hint`. */
  readonly typeHint: boolean
}

/** A response of the API, for a definition to judge. `json` is the parsed body, or `null` if it is not JSON. */
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
  /** The API itself did not respond: a proxy in front of it did. */
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
  /** The HTTP status. */
  readonly status: number
  /** `null`: a JSON response that refuses without a code of RFC 6749. */
  readonly error: string | null
  readonly description: string | null
}

/**
 * What an error of the token endpoint means for a refresh. `grant`: the provider no longer accepts the refresh token,
 * and the owner must reconnect. `client`: the provider refuses the client. `away`: it says nothing about either, and
 * the refresh is tried again.
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
  /** At most `calls` in any `seconds` seconds. Empty: the limits are not known, and only a 429 shows them. */
  readonly spans: readonly { readonly calls: number; readonly seconds: number }[]
}

/** How a provider limits the calls of one account. */
export interface RateLimits {
  /** Reads the headers of a response; `null` if they do not show a limit. */
  read(headers: Headers): RateReading | null
  /** Whether each access token has its own limit. */
  readonly perToken: boolean
  /** Seconds for which the provider refuses every call once the limit is exceeded, even if the headers say less. */
  readonly block: number
  readonly special: readonly SpecialLimit[]
}

/**
 * Reads one path of the provider's API, or an address on the issuer's origin, such as its userinfo endpoint. It uses
 * the access token that has just been issued.
 */
export type ApiCall = (path: string, headers?: Readonly<Record<string, string>>) => Promise<ApiAnswer>

/** A call that only reads. A page makes it to show that the connection works. */
export interface Sample {
  readonly title: string
  /** The API path for that account. */
  readonly path: (account: Account) => string
  readonly headers?: Readonly<Record<string, string>>
  /** The members of the response that a page shows, in this order. Default: the short ones. */
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
  /** `null` if the provider cannot revoke. */
  readonly revocation: Revocation | null
  /** Where API paths begin; no slash at the end. */
  readonly apiBase: string
  readonly clientAuthentication: ClientAuthentication
  /** Whether a client of that type sends a code challenge (RFC 7636, S256). */
  readonly pkce: { readonly confidential: boolean; readonly public: boolean }
  /** All scopes of the provider. `null`: they are not known, and every scope is accepted. */
  readonly scopes: readonly string[] | null
  /** The scopes that `identify` needs. */
  readonly accountScopes: readonly string[]
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
  /** Returns what an error of the token endpoint means; `null`: what RFC 6749, section 5.2, says about its code. */
  tokenErrorMeaning(error: TokenError): TokenErrorMeaning | null
  /** Calls that a page may make to show that a connection works. */
  readonly samples: readonly Sample[]
  /** `null` if Punctual knows of no webhooks. */
  readonly webhooks: ProviderWebhooks | null
  /** `null` if Punctual cannot book there. */
  readonly scheduling: ProviderScheduling | null
  /** Returns the account that gave consent. Rejects with a sentence if the responses do not say which it is. */
  identify(answer: TokenAnswer, call: ApiCall): Promise<Account>
  /** Returns what a response of status 400 to 499 means. `other`: what its status means in HTTP. */
  meaning(answer: ApiAnswer): ApiMeaning
  /**
   * Reads a page of a list; returns `null` if the body is not a list. The field itself is `null` if it is not known how
   * the provider pages its lists.
   */
  readonly paging: ((answer: ApiAnswer, address: URL) => ListPage | null) | null
  /** Returns the headers that every call of that path needs. A caller's own headers win. */
  requestHeaders(path: string): Readonly<Record<string, string>>
  /** `null`: the provider says nothing about its limits. */
  readonly rate: RateLimits | null
}

/** The bodies of a provider's webhooks, by the provider's name of the event. */
export type WebhookBodies = object

/** The webhooks of a provider whose events are not known to the compiler. */
export type AnyWebhookBodies = Readonly<Record<string, unknown>>

/** Exists for the compiler only: the bodies of the provider's webhooks. */
declare const webhookBodies: unique symbol

/**
 * A client as shared code sees it: one OAuth app at one provider. Built by `calendly({...})` and similar functions.
 * `Id` is its id, `Bodies` the bodies of its webhooks.
 */
export interface Client<Id extends string = string, Bodies extends WebhookBodies = AnyWebhookBodies> {
  readonly [webhookBodies]?: Bodies
  /** The client's name in URLs. Unique within one `createPunctual`. */
  readonly id: Id
  readonly provider: Provider
  readonly clientId: string
  /** `null`: a public client. */
  readonly clientSecret: Secret | null
  readonly scopes: readonly string[]
  /** The keys with which the provider signs this client's webhooks; several while a key is being changed. */
  readonly webhookKeys: readonly Secret[]
  /** Milliseconds after which a webhook is too old; `null`: as the provider's definition says. */
  readonly webhookToleranceMs: number | null
}

/**
 * How a provider has taken a client's credentials lately. `suspected`: it has refused one grant, which may be about that
 * grant alone. `misconfigured`: it refuses the client.
 */
export type ClientHealth = 'accepted' | 'suspected' | 'misconfigured'

/** Whether this client sends a code challenge. */
export function usesPkce(client: Client): boolean {
  return client.clientSecret ? client.provider.pkce.confidential : client.provider.pkce.public
}

/** What a person calls a client: the provider's title. Two clients of one provider are told apart by their ids. */
export function titleOf(client: Client): string {
  return client.id === client.provider.name ? client.provider.title : `${client.provider.title} (${client.id})`
}
