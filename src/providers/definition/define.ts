// Turns facts into a provider. What leaves here has been checked, copied and frozen, so that nobody downstream checks it
// again.

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
import type { TokenAnswer } from '../../core/tokens.ts'
import type { ProviderWebhooks } from '../../core/webhooks.ts'
import { parseAccount } from './account.ts'
import { type ClientOptions, clientOf } from './client.ts'
import { checkRate, type RateFacts } from './limits.ts'
import { bearerMeaning } from './meaning.ts'
import { assertNames, checkAddress, checkBase, checkFlag, checkName, checkNumber, checkText, wrong } from './options.ts'
import { checkWebhooks } from './webhooks.ts'

/** A provider's facts. Addresses are https, or http on loopback. */
export interface ProviderDefinition {
  /** Names it in URLs, and its clients unless they have an id: `[a-z0-9][a-z0-9_-]*`. */
  readonly name: string
  /** What a person calls it. Default: the name. */
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
  /** Added to the authorization URL; no parameters of the protocol. Default: none. */
  readonly authorizationParameters?: Readonly<Record<string, string>>
  /** Seconds that an access token lives when the answer does not say. Default 3600. */
  readonly accessTokenLifetime?: number
  /** Seconds after which an unused refresh token ends; `null`: never. Default `null`. */
  readonly refreshTokenLifetime?: number | null
  /** Whether a refresh ends the other refresh tokens of the same account and client. Default false. */
  readonly refreshEndsSiblings?: boolean
  /** Token requests per account and minute that the provider bears. Default 8. */
  readonly tokenRequestsPerMinute?: number
  /**
   * What the token endpoint's errors mean where RFC 6749, section 5.2, does not say: by code, such as
   * `{ bad_refresh_token: 'grant' }`, or by a function. What it leaves out, or answers nothing for, means what the RFC says.
   */
  readonly tokenErrors?:
    | Readonly<Record<string, TokenErrorMeaning>>
    | ((error: TokenError) => TokenErrorMeaning | null | undefined)
  /** What a page may ask to show an account at work; calls that only read. Default: none. */
  readonly samples?: readonly Sample[]
  /** How to subscribe to its webhooks and how to read them. Default: none. */
  readonly webhooks?: ProviderWebhooks | null
  /** Who said yes. Rejects when the answers do not tell. */
  identify(answer: TokenAnswer, call: ApiCall): Promise<Account>
  /** What an API answer of status 400 to 499 means. Default: RFC 6750, section 3.1. */
  meaning?(answer: ApiAnswer): ApiMeaning
  /** Reads a page of a list; `null`: the answer is no list. Default: none, and `connection.pages` says so. */
  paging?(answer: ApiAnswer, address: URL): ListPage | null
  /** What every call of that path (below `apiBase`) needs, unless its caller has set it. Default: nothing. */
  requestHeaders?(path: string): Readonly<Record<string, string>>
  /** How it limits the calls of one account, so that calls are spaced. Default: nothing is known, and nothing is spaced. */
  readonly rate?: RateFacts
}

const authentications: readonly unknown[] = ['client_secret_basic', 'client_secret_basic_raw', 'client_secret_post']
const definitionNames = [
  ...['name', 'title', 'issuer', 'issuerInCallback', 'authorizationEndpoint', 'tokenEndpoint', 'revocation', 'apiBase'],
  ...['clientAuthentication', 'pkce', 'authorizationParameters', 'accessTokenLifetime', 'refreshTokenLifetime'],
  ...['refreshEndsSiblings', 'tokenRequestsPerMinute', 'tokenErrors', 'samples', 'webhooks', 'identify', 'meaning'],
  ...['paging', 'requestHeaders', 'rate'],
]
const protocolParameters =
  /^(client_id|client_secret|response_type|redirect_uri|state|scope|code_challenge|code_challenge_method|request|request_uri|response_mode)$/

/**
 * Defines a provider; the function that comes back makes its clients.
 *
 * @throws {PunctualError} `invalid_argument`, here for a wrong definition and there for wrong client options.
 */
export function defineProvider(definition: ProviderDefinition): (options: ClientOptions) => Client {
  const provider = providerOf(definition)
  return (options) => clientOf(provider, options)
}

function providerOf(definition: ProviderDefinition): Provider {
  const maker = 'defineProvider'
  assertNames(maker, definition, definitionNames)
  const { identify, meaning = bearerMeaning, refreshEndsSiblings = false } = definition
  if (typeof identify !== 'function') throw wrong(maker, 'identify', 'must be a function that finds the account')
  if (typeof meaning !== 'function') throw wrong(maker, 'meaning', 'must be a function')
  const { paging, requestHeaders = () => ({}) } = definition
  if (paging !== undefined && typeof paging !== 'function') throw wrong(maker, 'paging', 'must be a function')
  if (typeof requestHeaders !== 'function') throw wrong(maker, 'requestHeaders', 'must be a function of the path')
  const name = checkName(maker, 'name', definition.name)
  const title = checkText(maker, 'title', definition.title ?? name)
  const clientAuthentication = checkAuthentication('clientAuthentication', definition.clientAuthentication)
  const lifetime = definition.refreshTokenLifetime ?? null
  checkBase(maker, 'issuer', definition.issuer)
  return Object.freeze({
    name,
    title,
    issuer: definition.issuer,
    issuerInCallback: checkFlag(maker, 'issuerInCallback', definition.issuerInCallback ?? false),
    authorizationEndpoint: checkAddress(maker, 'authorizationEndpoint', definition.authorizationEndpoint).href,
    tokenEndpoint: checkAddress(maker, 'tokenEndpoint', definition.tokenEndpoint).href,
    revocation: checkRevocation(definition.revocation, clientAuthentication),
    apiBase: checkBase(maker, 'apiBase', definition.apiBase),
    clientAuthentication,
    pkce: checkPkce(definition.pkce),
    authorizationParameters: checkParameters(definition.authorizationParameters ?? {}),
    accessTokenLifetime: checkNumber(maker, 'accessTokenLifetime', definition.accessTokenLifetime ?? 3600),
    refreshTokenLifetime: lifetime === null ? null : checkNumber(maker, 'refreshTokenLifetime', lifetime),
    refreshEndsSiblings: checkFlag(maker, 'refreshEndsSiblings', refreshEndsSiblings),
    tokenRequestsPerMinute: checkNumber(maker, 'tokenRequestsPerMinute', definition.tokenRequestsPerMinute ?? 8),
    tokenErrorMeaning: checkTokenErrors(definition.tokenErrors ?? {}),
    samples: checkSamples(definition.samples ?? []),
    webhooks: checkWebhooks(maker, definition.webhooks ?? null),
    identify: async (answer: TokenAnswer, call: ApiCall) => parseAccount(title, await identify(answer, call)),
    meaning: (answer: ApiAnswer) => meaning(answer),
    paging: paging === undefined ? null : (answer: ApiAnswer, address: URL) => paging(answer, address),
    requestHeaders: (path: string) => requestHeaders(path),
    rate: definition.rate === undefined ? null : checkRate(maker, definition.rate),
  })
}

function checkAuthentication(option: string, value: unknown = 'client_secret_basic'): ClientAuthentication {
  if (authentications.includes(value)) return value as ClientAuthentication
  throw wrong('defineProvider', option, `must be one of ${authentications.join(', ')}`)
}

function checkRevocation(
  value: ProviderDefinition['revocation'],
  clientAuthentication: ClientAuthentication,
): Revocation | null {
  if (value === undefined || value === null) return null
  assertNames('defineProvider', value, ['endpoint', 'clientAuthentication', 'typeHint'], 'revocation')
  return Object.freeze({
    endpoint: checkAddress('defineProvider', 'revocation: { endpoint }', value.endpoint).href,
    clientAuthentication: checkAuthentication(
      'revocation: { clientAuthentication }',
      value.clientAuthentication ?? clientAuthentication,
    ),
    typeHint: checkFlag('defineProvider', 'revocation: { typeHint }', value.typeHint ?? true),
  })
}

function checkPkce(value: ProviderDefinition['pkce'] = {}): Provider['pkce'] {
  assertNames('defineProvider', value, ['confidential', 'public'], 'pkce')
  return Object.freeze({
    confidential: checkFlag('defineProvider', 'pkce: { confidential }', value.confidential ?? true),
    public: checkFlag('defineProvider', 'pkce: { public }', value.public ?? true),
  })
}

const tokenErrorMeanings: readonly unknown[] = ['grant', 'client', 'away']

function checkTokenErrors(value: ProviderDefinition['tokenErrors'] & {}): Provider['tokenErrorMeaning'] {
  const maker = 'defineProvider'
  // It is asked once a refresh token has been presented: what it does wrong must not leave that without an outcome.
  if (typeof value === 'function')
    return (error) => {
      try {
        const meaning = value(error)
        return tokenErrorMeanings.includes(meaning) ? (meaning as TokenErrorMeaning) : null
      } catch {
        return null
      }
    }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(maker, 'tokenErrors', 'must be an object by error code, or a function of the error')
  for (const [code, meaning] of Object.entries(value))
    if (!tokenErrorMeanings.includes(meaning))
      throw wrong(maker, `tokenErrors: { ${code} }`, 'must be "grant", "client" or "away"')
  const meanings = new Map(Object.entries(value))
  return ({ error }) => (error === null ? null : (meanings.get(error) ?? null))
}

function checkParameters(value: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, text] of Object.entries(value)) {
    const option = `authorizationParameters: { ${name} }`
    if (protocolParameters.test(name)) throw wrong('defineProvider', option, 'is the protocol’s own parameter')
    if (typeof text !== 'string') throw wrong('defineProvider', option, 'must be a text')
  }
  return Object.freeze({ ...value })
}

function checkSamples(samples: readonly Sample[]): readonly Sample[] {
  if (!Array.isArray(samples)) throw wrong('defineProvider', 'samples', 'must be a list')
  const checked = samples.map((sample: Sample, index) => {
    const option = `samples[${index}]`
    assertNames('defineProvider', sample, ['title', 'path', 'headers', 'fields'], option)
    if (typeof sample.path !== 'function')
      throw wrong('defineProvider', option, 'its path must be a function of the account')
    return Object.freeze({
      ...sample,
      title: checkText('defineProvider', `${option}: { title }`, sample.title),
      ...(sample.headers && { headers: Object.freeze({ ...sample.headers }) }),
      ...(sample.fields && { fields: Object.freeze([...sample.fields]) }),
    })
  })
  return Object.freeze(checked)
}
