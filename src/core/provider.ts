// What shared code may know of a provider: facts as fields, deviations as functions. Nothing else asks who it is.

import type { Account } from './connection.ts'
import type { Secret } from './secret.ts'
import type { TokenAnswer } from './tokens.ts'

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

/** An API answer, as far as a definition judges it: the body parsed where it is JSON, else `null`. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
}

/** What an API failure means for the token that was sent. */
export type ApiMeaning =
  | { readonly kind: 'token_ended' }
  | { readonly kind: 'insufficient_scope'; readonly scopes: readonly string[] }
  | { readonly kind: 'other' }

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
  /** The members of the answer that tell a person most, in that order. Default: what is short. */
  readonly fields?: readonly string[]
}

/** A provider: frozen facts plus named quirks. Built by `defineProvider`. */
export interface Provider {
  readonly name: string
  /** What a person calls it. */
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
  /** Added to the authorization URL. Never overrides a parameter of the protocol. */
  readonly authorizationParameters: Readonly<Record<string, string>>
  /** Seconds that an access token lives when the answer does not say. */
  readonly accessTokenLifetime: number
  /** Seconds after which an unused refresh token ends; `null`: never. */
  readonly refreshTokenLifetime: number | null
  /** Whether a refresh ends the other refresh tokens of the same account and client. */
  readonly refreshEndsSiblings: boolean
  /** Token requests per account and minute that the provider bears. */
  readonly tokenRequestsPerMinute: number
  /** What a page may ask to show an account at work. */
  readonly samples: readonly Sample[]
  /** Who said yes. Rejects with a sentence when the answers do not tell. */
  identify(answer: TokenAnswer, call: ApiCall): Promise<Account>
  /** What an API answer of status 400 to 499 means for the token that was sent. */
  meaning(answer: ApiAnswer): ApiMeaning
}

/** A client as shared code sees it: one OAuth app at one provider. Built by `calendly({...})` and its like. */
export interface Client {
  /** Names it in URLs. Unique in one Punctual. */
  readonly id: string
  readonly provider: Provider
  readonly clientId: string
  /** `null`: a public client. */
  readonly clientSecret: Secret | null
  readonly scopes: readonly string[]
}

/** Whether this client sends a code challenge. */
export function usesPkce(client: Client): boolean {
  return client.clientSecret ? client.provider.pkce.confidential : client.provider.pkce.public
}
