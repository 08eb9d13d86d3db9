// Turns facts into a provider: checked, copied and frozen once, so that no other code checks it again.

import {
  address,
  anything,
  baseAddress,
  type Check,
  type Checks,
  checkOptions,
  flag,
  func,
  list,
  name,
  object,
  oneOf,
  optional,
  positive,
  scope,
  text,
} from '../../core/check.ts'
import type { Account } from '../../core/connection.ts'
import type {
  ApiAnswer,
  ApiCall,
  ApiMeaning,
  Client,
  ClientAuthentication,
  ListPage,
  Provider,
  Revocation,
  Sample,
  TokenError,
  TokenErrorMeaning,
} from '../../core/provider.ts'
import type { ProviderScheduling } from '../../core/scheduling/provider.ts'
import type { TokenAnswer } from '../../core/tokens.ts'
import type { ProviderWebhooks } from '../../core/webhooks.ts'
import { parseAccount } from './account.ts'
import { type ClientOptions, clientOf } from './client.ts'
import { type RateFacts, rateChecks, rateOf } from './limits.ts'
import { bearerMeaning } from './meaning.ts'
import { schedulingChecks, schedulingOf } from './scheduling.ts'
import { webhookChecks, webhooksOf } from './webhooks.ts'

/** A provider's facts. Addresses are https, or http on loopback. */
export interface ProviderDefinition<Name extends string = string> {
  /** Its name in URLs, and the default id of its clients: `[a-z0-9][a-z0-9_-]*`. */
  readonly name: Name
  /** Its name for people. Default: the name. */
  readonly title?: string
  /** What `iss` must be when the provider sends it, character for character (RFC 9207). */
  readonly issuer: string
  /** Whether the provider always sends `iss`, so that a callback without it is refused. Default false. */
  readonly issuerInCallback?: boolean
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** Default: none. Its client authentication defaults to the token endpoint's, `typeHint` to true. */
  readonly revocation?: (Pick<Revocation, 'endpoint'> & Partial<Revocation>) | null
  /** Where API paths begin. */
  readonly apiBase: string
  /** For clients with a secret. Default `client_secret_basic`. */
  readonly clientAuthentication?: ClientAuthentication
  /** Default: true for both. */
  readonly pkce?: Partial<Provider['pkce']>
  /** All scopes of the provider: `begin` refuses any other. Default: not known, and every scope is accepted. */
  readonly scopes?: readonly string[]
  /** The scopes that `identify` needs. A connect session that names features asks for them too. Default: none. */
  readonly accountScopes?: readonly string[]
  /** Added to the authorization URL. Parameters of the protocol are refused. Default: none. */
  readonly authorizationParameters?: Readonly<Record<string, string>>
  /** Seconds that an access token lives if the answer does not say. Default 3600. */
  readonly accessTokenLifetime?: number
  /** Seconds after which an unused refresh token ends; `null`: never. Default `null`. */
  readonly refreshTokenLifetime?: number | null
  /** Whether a refresh ends the other refresh tokens of the same account and client. Default false. */
  readonly refreshEndsSiblings?: boolean
  /** Token requests per account and minute that the provider allows. Default 8. */
  readonly tokenRequestsPerMinute?: number
  /**
   * What the token endpoint's errors mean where RFC 6749, section 5.2, does not say: by code, such as `{
   * bad_refresh_token: 'grant' }`, or by a function. A code that it leaves out, or for which it returns nothing, means
   * what the RFC says.
   */
  readonly tokenErrors?:
    | Readonly<Record<string, TokenErrorMeaning>>
    | ((error: TokenError) => TokenErrorMeaning | null | undefined)
  /** Calls that only read. A page makes them to show that a connection works. Default: none. */
  readonly samples?: readonly Sample[]
  /** How to subscribe to its webhooks and how to read them. Default: none. */
  readonly webhooks?: ProviderWebhooks | null
  /** How to book there. Default: not known; every verb of `scheduling` is refused. */
  readonly scheduling?: ProviderScheduling | null
  /** Returns the account that gave consent. Must reject if the answers do not say which it is. */
  identify(answer: TokenAnswer, call: ApiCall): Promise<Account>
  /** Returns what an API answer of status 400 to 499 means. Default: RFC 6750, section 3.1. */
  meaning?(answer: ApiAnswer): ApiMeaning
  /**
   * Reads a page of a list; returns `null` if the answer is not a list. Default: none; `connection.pages` then rejects.
   */
  paging?(answer: ApiAnswer, address: URL): ListPage | null
  /**
   * Returns the headers that every call of that path (below `apiBase`) needs. A caller's own headers win. Default:
   * none.
   */
  requestHeaders?(path: string): Readonly<Record<string, string>>
  /** How the provider limits the calls of one account. Default: the limits are not known, and calls are not spaced. */
  readonly rate?: RateFacts
}

const protocolParameters =
  /^(client_id|client_secret|response_type|redirect_uri|state|scope|code_challenge|code_challenge_method|request|request_uri|response_mode)$/

/**
 * Defines a provider. Returns a function that creates its clients.
 *
 * @throws {PunctualError} `invalid_argument` for a wrong definition. The returned function throws it for wrong client options.
 * @example
 * ```ts
 * const acme = defineProvider({
 *   name: 'acme',
 *   issuer: 'https://acme.example',
 *   authorizationEndpoint: 'https://acme.example/oauth/authorize',
 *   tokenEndpoint: 'https://acme.example/oauth/token',
 *   apiBase: 'https://api.acme.example',
 *   async identify(answer, call) {
 *     const { json } = await call('/me')
 *     return json as Account
 *   },
 * })
 * const client = acme({ clientId, clientSecret, scopes: ['calendar'] })
 * ```
 */
export function defineProvider<const Name extends string>(
  definition: ProviderDefinition<Name>,
): <const Id extends string = Name>(options: ClientOptions<Id>) => Client<Id> {
  const provider = providerOf(definition)
  return <const Id extends string = Name>(options: ClientOptions<Id>) => clientOf(provider, options) as Client<Id>
}

const place = 'defineProvider'
const authentication = oneOf('client_secret_basic', 'client_secret_basic_raw', 'client_secret_post')
const tokenErrorMeanings: readonly unknown[] = ['grant', 'client', 'away']

const checks: Checks<ProviderDefinition> = {
  name,
  title: optional(text),
  issuer: baseAddress,
  issuerInCallback: optional(flag),
  authorizationEndpoint: address,
  tokenEndpoint: address,
  revocation: orNull(
    object({ endpoint: address, clientAuthentication: optional(authentication), typeHint: optional(flag) }),
  ),
  apiBase: baseAddress,
  clientAuthentication: optional(authentication),
  pkce: optional(object({ confidential: optional(flag), public: optional(flag) })),
  scopes: optional(list('scopes', scope)),
  accountScopes: optional(list('scopes', scope)),
  authorizationParameters: optional(areParameters),
  accessTokenLifetime: optional(positive),
  refreshTokenLifetime: orNull(positive),
  refreshEndsSiblings: optional(flag),
  tokenRequestsPerMinute: optional(positive),
  tokenErrors: optional(areTokenErrors),
  samples: optional(
    list(
      'samples',
      object<Sample>({
        title: text,
        path: func('of the account'),
        headers: optional(anything),
        fields: optional(anything),
      }),
    ),
  ),
  webhooks: orNull(object(webhookChecks)),
  scheduling: orNull(object(schedulingChecks)),
  identify: func('that finds the account'),
  meaning: optional(func()),
  paging: optional(func()),
  requestHeaders: optional(func('of the path')),
  rate: optional(object(rateChecks)),
}

function providerOf(definition: ProviderDefinition): Provider {
  checkOptions(place, definition, checks)
  const { identify, meaning = bearerMeaning, paging, requestHeaders = () => ({}), rate, webhooks } = definition
  const { name, title = name, scopes, revocation, clientAuthentication = 'client_secret_basic' } = definition
  return Object.freeze({
    name,
    title,
    issuer: definition.issuer,
    issuerInCallback: definition.issuerInCallback ?? false,
    authorizationEndpoint: new URL(definition.authorizationEndpoint).href,
    tokenEndpoint: new URL(definition.tokenEndpoint).href,
    revocation: revocation ? revocationOf(revocation, clientAuthentication) : null,
    apiBase: new URL(definition.apiBase).href.replace(/\/+$/, ''),
    clientAuthentication,
    pkce: Object.freeze({
      confidential: definition.pkce?.confidential ?? true,
      public: definition.pkce?.public ?? true,
    }),
    scopes: scopes === undefined ? null : Object.freeze([...scopes]),
    accountScopes: Object.freeze([...(definition.accountScopes ?? [])]),
    authorizationParameters: Object.freeze({ ...definition.authorizationParameters }),
    accessTokenLifetime: definition.accessTokenLifetime ?? 3600,
    refreshTokenLifetime: definition.refreshTokenLifetime ?? null,
    refreshEndsSiblings: definition.refreshEndsSiblings ?? false,
    tokenRequestsPerMinute: definition.tokenRequestsPerMinute ?? 8,
    tokenErrorMeaning: tokenErrorsOf(definition.tokenErrors ?? {}),
    samples: Object.freeze((definition.samples ?? []).map(sampleOf)),
    webhooks: webhooks ? webhooksOf(place, webhooks) : null,
    scheduling: definition.scheduling ? schedulingOf(definition.scheduling) : null,
    identify: async (answer: TokenAnswer, call: ApiCall) => parseAccount(title, await identify(answer, call)),
    meaning: (answer: ApiAnswer) => meaning(answer),
    paging: paging === undefined ? null : (answer: ApiAnswer, address: URL) => paging(answer, address),
    requestHeaders: (path: string) => requestHeaders(path),
    rate: rate === undefined ? null : rateOf(rate),
  })
}

function orNull(check: Check): Check {
  return (value, isGiven) => (value === undefined || value === null ? null : check(value, isGiven))
}

function revocationOf(
  { endpoint, clientAuthentication, typeHint = true }: ProviderDefinition['revocation'] & {},
  defaultAuthentication: ClientAuthentication,
): Revocation {
  return Object.freeze({
    endpoint: new URL(endpoint).href,
    clientAuthentication: clientAuthentication ?? defaultAuthentication,
    typeHint,
  })
}

function areTokenErrors(value: unknown): string | null {
  if (typeof value === 'function') return null
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'must be an object by error code, or a function of the error'
  const wrong = Object.entries(value).find(([, meaning]) => !tokenErrorMeanings.includes(meaning))
  return wrong ? `.${wrong[0]} must be "grant", "client" or "away"` : null
}

/** A definition's function runs after a refresh token was presented: its mistakes must not leave the refresh without an outcome. */
function tokenErrorsOf(value: ProviderDefinition['tokenErrors'] & {}): Provider['tokenErrorMeaning'] {
  if (typeof value !== 'function') {
    const meanings = new Map(Object.entries(value))
    return ({ error }) => (error === null ? null : (meanings.get(error) ?? null))
  }
  return (error) => {
    try {
      const meaning = value(error)
      return tokenErrorMeanings.includes(meaning) ? (meaning as TokenErrorMeaning) : null
    } catch {
      return null
    }
  }
}

function areParameters(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'must be an object with texts'
  for (const [parameter, one] of Object.entries(value)) {
    if (protocolParameters.test(parameter)) return `.${parameter} is a parameter of the protocol itself. Leave it out`
    if (typeof one !== 'string') return `.${parameter} must be a text`
  }
  return null
}

function sampleOf(sample: Sample): Sample {
  return Object.freeze({
    ...sample,
    ...(sample.headers && { headers: Object.freeze({ ...sample.headers }) }),
    ...(sample.fields && { fields: Object.freeze([...sample.fields]) }),
  })
}
