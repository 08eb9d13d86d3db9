// The facts that the test of a provider passes to the contract, and clients made from them.

import type { Account } from '../../src/core/connection.ts'
import type { PunctualError } from '../../src/core/errors.ts'
import type {
  ApiAnswer,
  ApiMeaning,
  Client,
  ListPage,
  Provider,
  RateLimits,
  RateReading,
} from '../../src/core/provider.ts'

export type Options = Record<string, unknown>
/** Fields that are tested apart from the facts. */
type ProviderParts = ProviderFunction | 'samples' | 'rate' | 'scopes' | 'webhooks' | 'scheduling'
type ProviderFunction = 'identify' | 'meaning' | 'tokenErrorMeaning' | 'paging' | 'requestHeaders'

export interface ProviderFacts {
  /** The maker under test. */
  readonly maker: (options: never) => Client
  readonly name: string
  /** Valid options. */
  readonly options: Options & { readonly scopes: readonly string[] }
  readonly hosts: readonly string[]
  /** The provider that those options must give. */
  readonly provider: Omit<Provider, ProviderParts>
  readonly limits: Omit<RateLimits, 'read'>
  /** Headers, and the rest of the limit that they report. */
  readonly readings: readonly [headers: Record<string, string>, reading: RateReading | null][]
  /** A response to that path, and the page that it holds. */
  readonly lists: readonly [what: string, path: string, json: unknown, page: ListPage | null][]
  /** The headers that a call of that path needs. */
  readonly sentAlong: readonly [path: string, headers: Record<string, string>][]
  /** The meaning of a status, whatever its body is. Default: none. */
  readonly byStatus?: Readonly<Record<number, ApiMeaning>>
  /** Addresses of the provider when each host is `https://{host}.example.com/base/`. */
  readonly elsewhere: Partial<Provider>
  readonly pkce: { readonly confidential: boolean; readonly public: boolean }
  readonly wrongScopes: readonly [scopes: readonly unknown[], sentence: RegExp][]
  readonly meanings: readonly [what: string, answer: Partial<ApiAnswer>, meaning: ApiMeaning][]
  readonly identities: readonly [what: string, answer: Partial<ApiAnswer>, extra: object, account: Account][]
  readonly unidentified: readonly [
    what: string,
    answer: Partial<ApiAnswer>,
    sentence: RegExp,
    error: Partial<PunctualError>,
  ][]
  /** The path that identifies the account. */
  readonly identityPath: string
  /** An account, and the samples' calls for it: path and headers. */
  readonly samples: { readonly account: Account; readonly asked: readonly (readonly [string, object])[] }
}

export const answerOf = (answer: Partial<ApiAnswer>): ApiAnswer => ({
  status: 200,
  headers: new Headers(),
  json: null,
  ...answer,
})

interface Makers {
  /** Makes a client with other options than the facts'. */
  make(changes?: Options): Client
  /** Makes a client without that option. */
  without(name: string): Client
}

export function makersOf(facts: ProviderFacts): Makers {
  const make = (changes: Options = {}) => facts.maker({ ...facts.options, ...changes } as never)
  const without = (name: string) =>
    facts.maker(Object.fromEntries(Object.entries(facts.options).filter(([key]) => key !== name)) as never)
  return { make, without }
}
