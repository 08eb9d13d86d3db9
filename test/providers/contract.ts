// What every provider's maker promises, whichever provider it is. Each provider's own test hands in its facts.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import type { Account } from '../../src/core/connection.ts'
import { PunctualError } from '../../src/core/errors.ts'
import {
  type ApiAnswer,
  type ApiMeaning,
  type Client,
  type ListPage,
  type Provider,
  type RateLimits,
  type RateReading,
  usesPkce,
} from '../../src/core/provider.ts'
import { secret } from '../../src/core/secret.ts'

type Options = Record<string, unknown>
/** What is tested apart from the facts. */
type ProviderParts = ProviderFunction | 'samples' | 'rate' | 'scopes' | 'webhooks'
type ProviderFunction = 'identify' | 'meaning' | 'tokenErrorMeaning' | 'paging' | 'requestHeaders'

export interface ProviderFacts {
  /** The maker under test; its name stands in every sentence. */
  readonly maker: (options: never) => Client
  readonly name: string
  /** Options that are right. */
  readonly options: Options & { readonly scopes: readonly string[] }
  readonly hosts: readonly string[]
  /** The provider that those options must give. */
  readonly provider: Omit<Provider, ProviderParts>
  readonly limits: Omit<RateLimits, 'read'>
  /** Headers, and what they say of the budget. */
  readonly readings: readonly [headers: Record<string, string>, reading: RateReading | null][]
  /** An answer to that path, and the page that it is. */
  readonly lists: readonly [what: string, path: string, json: unknown, page: ListPage | null][]
  /** What a call of that path sends along. */
  readonly sentAlong: readonly [path: string, headers: Record<string, string>][]
  /** What a status says by itself, whatever the body. Default: nothing. */
  readonly byStatus?: Readonly<Record<number, ApiMeaning>>
  /** Addresses of the provider when each host is `https://{host}.example.com/base/`. */
  readonly elsewhere: Partial<Provider>
  readonly pkce: { readonly confidential: boolean; readonly public: boolean }
  readonly wrongScopes: readonly [scopes: readonly unknown[], sentence: RegExp][]
  readonly meanings: readonly [what: string, answer: Partial<ApiAnswer>, meaning: ApiMeaning][]
  readonly identities: readonly [what: string, answer: Partial<ApiAnswer>, extra: object, account: Account][]
  readonly strangers: readonly [
    what: string,
    answer: Partial<ApiAnswer>,
    sentence: RegExp,
    error: Partial<PunctualError>,
  ][]
  /** The path that tells who it is. */
  readonly identityPath: string
  /** An account, and what the samples ask of the API for it: path and headers. */
  readonly samples: { readonly account: Account; readonly asked: readonly (readonly [string, object])[] }
}

const answerOf = (answer: Partial<ApiAnswer>): ApiAnswer => ({
  status: 200,
  headers: new Headers(),
  json: null,
  ...answer,
})

export function describeProvider(facts: ProviderFacts): void {
  const make = (changes: Options = {}) => facts.maker({ ...facts.options, ...changes } as never)
  const without = (name: string) =>
    facts.maker(Object.fromEntries(Object.entries(facts.options).filter(([key]) => key !== name)) as never)

  describe(`${facts.name}: the definition`, () => {
    test('is what the facts say', () => {
      const { identify, meaning, tokenErrorMeaning, paging, requestHeaders, rate, ...rest } = make().provider
      const { samples: _, webhooks: __, scopes: ____, ...provider } = rest
      assert.deepEqual(provider, facts.provider)
      for (const part of [identify, meaning, tokenErrorMeaning, paging, requestHeaders, rate?.read])
        assert.equal(typeof part, 'function')
      const { read: ___, ...limits } = rate ?? assert.fail('no limits')
      assert.deepEqual(limits, facts.limits)
    })

    test('reads what is left of the budget from headers, and nothing from any others', () => {
      const { rate } = make().provider
      for (const [headers, reading] of facts.readings) {
        assert.deepEqual(rate?.read(new Headers(headers)), reading, inspect(headers))
      }
    })

    for (const [what, path, json, page] of facts.lists) {
      test(`pages a list: ${what}`, () => {
        const { paging, apiBase } = make().provider
        assert.deepEqual(paging?.(answerOf({ json }), new URL(`${apiBase}${path}`)), page)
      })
    }

    test('finds no list where there is none', () => {
      for (const json of [null, 'x', 7, [], {}, { data: {} }, { collection: {} }, { resource: {} }]) {
        assert.equal(make().provider.paging?.(answerOf({ json }), new URL(`${make().provider.apiBase}/x`)), null)
      }
    })

    test('sends along what each path needs', () => {
      for (const [path, headers] of facts.sentAlong) {
        assert.deepEqual({ ...make().provider.requestHeaders(path) }, headers, path)
      }
    })

    test('is frozen to its ends, and shares nothing with the options', () => {
      const scopes = [...facts.options.scopes]
      const client = make({ scopes })
      scopes.push('later')
      assert.deepEqual(client.scopes, facts.options.scopes)
      const { provider } = client
      for (const part of [client, client.scopes, provider, provider.pkce, provider.rate, provider.rate?.special]) {
        assert.ok(Object.isFrozen(part))
      }
      assert.ok(Object.isFrozen(client.provider.authorizationParameters))
      if (client.provider.revocation) assert.ok(Object.isFrozen(client.provider.revocation))
    })

    test('samples the account by calls that the facts know', () => {
      const { samples } = make().provider
      const asked = samples.map(({ path, headers }) => [path(facts.samples.account), headers ?? {}])
      assert.deepEqual(asked, facts.samples.asked)
      for (const sample of samples) {
        assert.ok(sample.title && sample.fields?.length)
        for (const part of [samples, sample, sample.fields, sample.headers]) assert.ok(Object.isFrozen(part))
      }
    })

    test('says who sends a code challenge', () => {
      assert.equal(usesPkce(make()), facts.pkce.confidential)
      assert.equal(usesPkce(without('clientSecret')), facts.pkce.public)
    })
  })

  describe(`${facts.name}: a client`, () => {
    test('is named after its provider unless it has an id', () => {
      assert.equal(make().id, facts.name)
      assert.equal(make({ id: undefined }).id, facts.name)
      assert.equal(make({ id: 'eu-2_b' }).id, 'eu-2_b')
    })

    test('keeps its secret, and is public without one', () => {
      const client = make({ clientSecret: 'hush-hush' })
      assert.equal(client.clientSecret?.reveal(), 'hush-hush')
      assert.doesNotMatch(inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client), /hush-hush/)
      assert.equal(without('clientSecret').clientSecret, null)
    })

    test('may live elsewhere, path and all', () => {
      const hosts = Object.fromEntries(facts.hosts.map((host) => [host, `https://${host}.example.com/base/`]))
      const { provider } = make({ hosts })
      for (const [name, value] of Object.entries(facts.elsewhere))
        assert.deepEqual(provider[name as keyof Provider], value, name)
    })

    for (const host of facts.hosts) {
      test(`takes plain http for ${host} on loopback alone`, () => {
        for (const name of ['localhost:4610', '127.0.0.1', '127.9.9.9:80', '[::1]:4610']) {
          assert.ok(JSON.stringify(make({ hosts: { [host]: `http://${name}/base//` } }).provider).includes(`http://`))
        }
        for (const name of [
          'example.com',
          'localhost.example.com',
          '127.0.0.1.example.com',
          '10.0.0.1',
          '[::2]',
          '0.0.0.0',
        ]) {
          refused(() => make({ hosts: { [host]: `http://${name}` } }), new RegExp(`hosts\\.${host} must be https`))
        }
      })
    }
  })

  describe(`${facts.name}: a wrong option is a sentence that names it`, () => {
    const [host = ''] = facts.hosts
    const all: [Options, RegExp][] = [
      [{ clientId: undefined }, /: clientId /],
      [{ clientId: '' }, /: clientId /],
      [{ clientId: 7 }, /: clientId /],
      [{ clientId: 'abc\n' }, /: clientId has white space/],
      [{ clientSecret: undefined }, /: clientSecret .*is undefined/],
      [{ clientSecret: '' }, /: clientSecret /],
      [{ clientSecret: null }, /: clientSecret /],
      [{ clientSecret: ' hush-hush' }, /: clientSecret .*white space/],
      [{ clientSecret: 'hush\0hush' }, /: clientSecret .*control character/],
      [{ scopes: undefined }, /: scopes .*must be a list/],
      [{ scopes: facts.options.scopes.join(' ') }, /: scopes .*must be a list/],
      [{ scopes: [facts.options.scopes.join(' ')] }, /: scopes\[0\] must be one scope/],
      [{ scopes: [undefined] }, /: scopes\[0\] /],
      ...facts.wrongScopes.map(([scopes, sentence]): [Options, RegExp] => [{ scopes }, sentence]),
      [{ id: '' }, /: id /],
      [{ id: 'My App' }, /: id /],
      [{ id: '-a' }, /: id /],
      [{ id: 'a/b' }, /: id /],
      [{ clientID: 'x' }, /: clientID is not an option\. The options are id, clientId, clientSecret, scopes, .*hosts/],
      [{ hosts: 'https://example.com' }, /: hosts .*must be an object/],
      [
        { hosts: { [`${host}s`]: 'https://example.com' } },
        new RegExp(`: hosts\\.${host}s is not an option\\. The options are ${facts.hosts.join(', ')}`),
      ],
      [{ hosts: { [host]: 'example.com' } }, new RegExp(`hosts\\.${host} must be a whole address`)],
      [{ hosts: { [host]: 'ftp://example.com' } }, /must be https/],
      [{ hosts: { [host]: 'https://user:hush-hush@example.com' } }, /user name or a password/],
      [{ hosts: { [host]: 'https://example.com?x=1' } }, /must not have a query/],
      [{ hosts: { [host]: 'https://example.com/#' } }, /must not have a fragment/],
    ]
    for (const [changes, sentence] of all) {
      test(inspect(changes), () => {
        const error = refused(() => make(changes), sentence)
        assert.ok(error.message.startsWith(`${facts.name}: `), error.message)
        assert.doesNotMatch(error.message, /hush/)
      })
    }

    test('no options at all', () => {
      for (const options of [undefined, null, 'x', []])
        refused(() => facts.maker(options as never), /: the argument must be an object with /)
    })
  })

  describe(`${facts.name}: what an API answer means`, () => {
    for (const [what, answer, meaning] of facts.meanings) {
      test(`${what}: ${meaning.kind}`, () => assert.deepEqual(make().provider.meaning(answerOf(answer)), meaning))
    }

    test('is never guessed from a body of another shape', () => {
      for (const json of [null, undefined, 'x', 7, [], {}, { error: null }, { error: { message: 7 } }, { title: {} }]) {
        for (const status of [400, 403, 404, 409, 422, 424, 429, 498]) {
          const expected = facts.byStatus?.[status] ?? { kind: 'other' }
          assert.deepEqual(make().provider.meaning(answerOf({ status, json })), expected)
        }
      }
    })
  })

  describe(`${facts.name}: whose account it is`, () => {
    const identify = async (answer: Partial<ApiAnswer>, extra: object) => {
      const paths: string[] = []
      const token = { accessToken: secret('t'), refreshToken: null, expiresIn: null, scopes: null, extra: { ...extra } }
      const account = make().provider.identify(token, async (path) => {
        paths.push(path)
        return answerOf(answer)
      })
      return { account, paths }
    }
    for (const [what, answer, extra, expected] of facts.identities) {
      test(what, async () => {
        const { account, paths } = await identify(answer, extra)
        assert.deepEqual(await account, expected)
        assert.ok(Object.isFrozen(await account))
        assert.deepEqual(paths, [facts.identityPath])
      })
    }
    for (const [what, answer, sentence, expected] of facts.strangers) {
      test(`is told in a sentence to be unknown: ${what}`, async () => {
        const { account } = await identify(answer, {})
        const error = await account.then(
          () => assert.fail('somebody was found'),
          (cause: unknown) => cause,
        )
        assert.ok(error instanceof PunctualError)
        assert.match(error.message, sentence)
        const { code, reason, retryable, scopes } = error
        assert.deepEqual(
          { code, reason, retryable, scopes },
          { code: 'provider_unavailable', reason: 'not_identified', retryable: false, scopes: undefined, ...expected },
        )
      })
    }

    test('passes on what the call rejects with', async () => {
      const gone = new Error('gone')
      const token = { accessToken: secret('t'), refreshToken: null, expiresIn: null, scopes: null, extra: {} }
      await assert.rejects(
        make().provider.identify(token, () => Promise.reject(gone)),
        gone,
      )
    })
  })
}

/** The `invalid_argument` error that `run` throws. */
export function refused(run: () => unknown, sentence: RegExp): PunctualError {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof PunctualError, inspect(error))
    assert.equal(error.code, 'invalid_argument')
    assert.match(error.message, sentence)
    return error
  }
  assert.fail('it was taken')
}
