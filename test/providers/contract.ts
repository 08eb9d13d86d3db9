// The promises of every provider's maker. The test of each provider passes its facts.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { PunctualError } from '../../src/core/errors.ts'
import { type ApiAnswer, type Provider, usesPkce } from '../../src/core/provider.ts'
import { secret } from '../../src/core/secret.ts'
import { answerOf, makersOf, type Options, type ProviderFacts } from './facts.ts'

export function describeProvider(facts: ProviderFacts): void {
  describeDefinition(facts)
  describeClient(facts)
  describeWrongOptions(facts)
  describeMeanings(facts)
  describeIdentity(facts)
}

function describeDefinition(facts: ProviderFacts): void {
  const { make, without } = makersOf(facts)
  describe(`${facts.name}: the definition`, () => {
    test('matches the facts', () => {
      const { identify, meaning, tokenErrorMeaning, paging, requestHeaders, rate, ...rest } = make().provider
      const { samples: _, webhooks: __, scopes: ____, scheduling: _____, ...provider } = rest
      assert.deepEqual(provider, facts.provider)
      for (const part of [identify, meaning, tokenErrorMeaning, paging, requestHeaders, rate?.read])
        assert.equal(typeof part, 'function')
      const { read: ___, ...limits } = rate ?? assert.fail('no limits')
      assert.deepEqual(limits, facts.limits)
    })

    test('reads the rest of the limit from its headers, and nothing from other headers', () => {
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

    test('returns null where the body is not a list', () => {
      for (const json of [null, 'x', 7, [], {}, { data: {} }, { collection: {} }, { resource: {} }]) {
        assert.equal(make().provider.paging?.(answerOf({ json }), new URL(`${make().provider.apiBase}/x`)), null)
      }
    })

    test('sends the headers that each path needs', () => {
      for (const [path, headers] of facts.sentAlong) {
        assert.deepEqual({ ...make().provider.requestHeaders(path) }, headers, path)
      }
    })

    test('is frozen deeply, and shares nothing with the options', () => {
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

    test('has samples that the facts know', () => {
      const { samples } = make().provider
      const asked = samples.map(({ path, headers }) => [path(facts.samples.account), headers ?? {}])
      assert.deepEqual(asked, facts.samples.asked)
      for (const sample of samples) {
        assert.ok(sample.title && sample.fields?.length)
        for (const part of [samples, sample, sample.fields, sample.headers]) assert.ok(Object.isFrozen(part))
      }
    })

    test('defines which clients send a code challenge', () => {
      assert.equal(usesPkce(make()), facts.pkce.confidential)
      assert.equal(usesPkce(without('clientSecret')), facts.pkce.public)
    })
  })
}

function describeClient(facts: ProviderFacts): void {
  const { make, without } = makersOf(facts)
  describe(`${facts.name}: a client`, () => {
    test('is named after its provider unless it has an id', () => {
      assert.equal(make().id, facts.name)
      assert.equal(make({ id: undefined }).id, facts.name)
      assert.equal(make({ id: 'eu-2_b' }).id, 'eu-2_b')
    })

    test('wraps its secret, and is public without one', () => {
      const client = make({ clientSecret: 'hush-hush' })
      assert.equal(client.clientSecret?.reveal(), 'hush-hush')
      assert.doesNotMatch(inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client), /hush-hush/)
      assert.equal(without('clientSecret').clientSecret, null)
    })

    test('can have other hosts, with paths', () => {
      const hosts = Object.fromEntries(facts.hosts.map((host) => [host, `https://${host}.example.com/base/`]))
      const { provider } = make({ hosts })
      for (const [name, value] of Object.entries(facts.elsewhere))
        assert.deepEqual(provider[name as keyof Provider], value, name)
    })

    for (const host of facts.hosts) {
      test(`accepts plain http for ${host} only on loopback`, () => {
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
}

function describeWrongOptions(facts: ProviderFacts): void {
  const { make } = makersOf(facts)
  describe(`${facts.name}: a wrong option is refused with a sentence that names it`, () => {
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

    test('missing options', () => {
      for (const options of [undefined, null, 'x', []])
        refused(() => facts.maker(options as never), /: the argument must be an object with /)
    })
  })
}

function describeMeanings(facts: ProviderFacts): void {
  const { make } = makersOf(facts)
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
}

function describeIdentity(facts: ProviderFacts): void {
  const { make } = makersOf(facts)
  describe(`${facts.name}: the account`, () => {
    const identify = async (answer: Partial<ApiAnswer>, extra: Record<string, unknown>) => {
      const paths: string[] = []
      const token = { accessToken: secret('t'), refreshToken: null, expiresInMs: null, scopes: null, extra }
      const account = make().provider.identify(token, async (path) => {
        paths.push(path)
        return answerOf(answer)
      })
      return { account, paths }
    }
    for (const [what, answer, extra, expected] of facts.identities) {
      test(what, async () => {
        const { account, paths } = await identify(answer, { ...extra })
        assert.deepEqual(await account, expected)
        assert.ok(Object.isFrozen(await account))
        assert.deepEqual(paths, [facts.identityPath])
      })
    }
    for (const [what, answer, sentence, expected] of facts.unidentified) {
      test(`is unknown, which a sentence explains: ${what}`, async () => {
        const { account } = await identify(answer, {})
        const error = await account.then(
          () => assert.fail('an account was found'),
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

    test('rejects with the error of the call', async () => {
      const gone = new Error('gone')
      const token = { accessToken: secret('t'), refreshToken: null, expiresInMs: null, scopes: null, extra: {} }
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
  assert.fail('it was accepted')
}
