// What a provider sends: token answers, headers, signatures and bodies of webhooks.
// Whatever it is, its parser returns or refuses it in words of ours: properties, over inputs that are drawn.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { retryAfterMs } from '../../src/core/retry-after.ts'
import { secret } from '../../src/core/secret.ts'
import { preferredLanguage } from '../../src/dashboard/connect-page/language.ts'
import { standardRevocationResponse, standardTokenResponse } from '../../src/oauth/answer.ts'
import { parseJson } from '../../src/webhooks/json.ts'
import { isSigned } from '../../src/webhooks/verify.ts'
import { anyJson, anyText, clients, headerText, ours, pieces } from './drawn-input.ts'

describe('the answer of a token endpoint', () => {
  const member = fc.oneof(anyText, fc.integer(), fc.constant(null), fc.boolean(), fc.array(anyText), fc.jsonValue())
  const names = [
    'access_token',
    'refresh_token',
    'token_type',
    'expires_in',
    'scope',
    'error',
    'data',
    '__proto__',
    'x',
  ]
  const answers = fc.record({
    status: fc.constantFrom(200, 201, 204, 302, 400, 401, 403, 429, 500, 503, 100),
    text: fc.oneof(
      anyText,
      anyJson,
      fc.dictionary(fc.constantFrom(...names), member).map((members) => JSON.stringify(members)),
      pieces('access_token=', '&', 'error=', '%', '{', '"', ':', '}'),
    ),
    headers: fc
      .record({
        'content-type': fc.constantFrom(
          'application/json',
          'application/x-www-form-urlencoded; charset=x',
          'text/html',
        ),
        'retry-after': fc.oneof(headerText, fc.constantFrom('-1', '1e99', '9'.repeat(400), 'Sun, 99 Nov 2026')),
      })
      .map((all) => new Headers(Object.entries(all).map(([name, value]) => [name, value.trim()] as [string, string]))),
  })

  test('becomes a token set that a header can carry, an error, or “away”', () =>
    fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        for (const read of [standardTokenResponse, standardRevocationResponse]) {
          const found = ours(() => read(answer, 0))
          if (!found) continue
          const body = (await found.json()) as Record<string, unknown>
          const { access_token: token = 'x', expires_in: seconds = 1 } = body
          if (read === standardTokenResponse) assert.match(String(found.ok ? token : body.error), /^[\x21-\x7e]+$/)
          assert.ok(!found.ok || (Number(seconds) > 0 && Number(seconds) < 4e9))
        }
        assert.equal(({} as Record<string, unknown>).x, undefined)
      }),
    ))

  test('is not lost for a member that is nested deeper than any stack', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const text = `{"access_token":"a","expires_in":60,"extra":${deep},"owner":"https://api.example/users/1"}`
    const found = await standardTokenResponse({ status: 200, headers: new Headers(), text }, 0).json()
    assert.deepEqual(found, {
      access_token: 'a',
      expires_in: 60,
      token_type: 'bearer',
      owner: 'https://api.example/users/1',
    })
  })
})

describe('headers', () => {
  test('that ask for a wait never ask for less than none or more than the bound', () =>
    fc.assert(
      fc.property(fc.oneof(headerText, fc.integer().map(String), fc.date().map(String)), fc.integer(), (value, now) => {
        for (const name of ['retry-after', 'x-ratelimit-reset', 'x-ratelimit-reset-default']) {
          const wait = retryAfterMs(429, new Headers([[name, value.trim()]]), now, 1000)
          assert.ok(wait === null || (wait >= 0 && wait <= 1000), `${name}: ${value}`)
        }
      }),
    ))

  test('of a limit are a reading of whole numbers or none', () => {
    const number = fc.oneof(fc.nat(100_000).map(String), fc.double().map(String), fc.constant('9'.repeat(400)))
    const value = fc.oneof(headerText, number)
    let readings = 0
    fc.assert(
      fc.property(value, value, value, (limit, remaining, reset) => {
        for (const [index, suffix] of ['', '-default'].entries()) {
          const all = Object.entries({ limit, remaining, reset })
          const headers = all.map(([name, text]): [string, string] => [`x-ratelimit-${name}${suffix}`, text.trim()])
          const reading = clients[index]?.provider.rate?.read(new Headers(headers)) ?? null
          if (reading) readings++
          for (const one of Object.values(reading ?? {})) assert.ok(Number.isFinite(one) && one >= 0, String(one))
        }
      }),
      { examples: [['100', '5', '60']] },
    )
    assert.ok(readings > 0)
  })

  test('of a language are one that there is', () =>
    fc.assert(
      fc.property(fc.oneof(headerText, pieces('de', 'en', 'es', ';q=', ',', '-', '*', '0.5')), (text) => {
        const headers = { 'accept-language': text.replace(/[^\x20-\x7e]/g, '') }
        assert.match(preferredLanguage(new Request('https://app.example', { headers })), /^(en|de|es)$/)
      }),
    ))
})

describe('the signature of a webhook', () => {
  const forms = [
    {
      client: clients[0],
      name: 'calendly-webhook-signature',
      of: (hex: string) => `t=1500000000,v1=${hex}`,
      prefix: '1500000000.',
    },
    { client: clients[1], name: 'x-cal-signature-256', of: (hex: string) => hex, prefix: '' },
  ]

  test('counts only if it is the HMAC of that body under that key', () =>
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        pieces('t=1,', 'v1=', ',', 'ab', '='),
        (body, other, at, noise) => {
          for (const { client, name, of, prefix } of forms) {
            const claimOf = (value: string) => client?.provider.webhooks?.claim(new Headers([[name, value]])) ?? null
            const hex = createHmac('sha256', 'key').update(prefix).update(body).digest('hex')
            const genuine = claimOf(of(hex))
            assert.ok(genuine && isSigned(genuine, body, [secret('other'), secret('key')]))
            assert.ok(!isSigned(genuine, Buffer.concat([body, other]), [secret('key')]))
            assert.ok(!isSigned(genuine, body, [secret('kez')]))
            const empty = claimOf(of(createHmac('sha256', '').update(prefix).update(body).digest('hex')))
            assert.ok(empty && !isSigned(empty, body, [secret(''), secret('key')]))
            const place = at % 64
            const wrong = hex.slice(0, place) + (hex[place] === '0' ? '1' : '0') + hex.slice(place + 1)
            const forged = claimOf(of(wrong))
            assert.ok(!forged || !isSigned(forged, body, [secret('key')]))
            const strange = claimOf(noise.replace(/[^\x20-\x7e]/g, '').trim())
            assert.ok(!strange || !isSigned(strange, body, [secret('key')]))
          }
        },
      ),
    ))

  test('is above a body that is JSON in UTF-8 of a depth that can be written again, or none', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          anyJson.map((text) => new TextEncoder().encode(text)),
        ),
        (body) => {
          const parsed = parseJson(body)
          if (parsed) assert.equal(JSON.stringify(JSON.parse(parsed.text)), JSON.stringify(parsed.value))
          for (const { provider } of clients)
            for (const value of parsed ? [parsed.value] : []) provider.webhooks?.read(value)
        },
      ),
    ))
})
