// What a browser sends, and what an application sends on from one: queries, cookies, paths, addresses.
// Whatever it is, its parser returns or refuses it in words of ours: properties, over inputs that are drawn.

import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { parse as parseCookies } from 'hono/utils/cookie'
import { resolveApi } from '../../src/calls/address.ts'
import { systemRandom } from '../../src/core/clock.ts'
import { createSessionCookie } from '../../src/dashboard/session-cookie.ts'
import { allowedReturn } from '../../src/flow/connect-checks.ts'
import { nonceCookie, shownNonce, shownValues } from '../../src/flow/cookies.ts'
import { createPunctual } from '../../src/index.ts'
import { proxiedPath } from '../../src/server/api/proxy/path.ts'
import { hasDotSegment } from '../../src/server/malformed.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { testKey } from '../support/settings.ts'
import { anyJson, anyText, clients, ours, pieces } from './drawn-input.ts'

describe('the query and the cookies of a callback', () => {
  const baseUrl = 'https://app.example/in'
  const punctual = createPunctual({ baseUrl, keys: [testKey], store: memory(), journal: null, clients })
  after(() => punctual.stop())
  const query = pieces(
    'state=',
    'code=',
    'iss=',
    'error=',
    '&',
    '=',
    '%',
    '%00',
    '%ff',
    '+',
    '__proto__',
    '[]',
    ';',
    '#',
  )
  const cookie = pieces('__Host-punctual-attempt_', '__Host-', '=', ';', '; ', '"', ',', '__proto__')

  test('never throw, end no attempt, and get a page', () =>
    fc.assert(
      fc.asyncProperty(query, cookie, fc.constantFrom(...clients), async (text, cookies, { id }) => {
        const headers = { cookie: cookies.replace(/[^\x20-\x7e]/g, '') }
        const answer = await punctual.handler(new Request(`${baseUrl}/callback/${id}?${text}`, { headers }))
        assert.ok([400, 403, 404, 410].includes(answer.status), String(answer.status))
        assert.equal(answer.headers.get('location'), null)
        assert.equal(answer.headers.get('set-cookie'), null)
      }),
    ))

  test('a cookie is found among any others as the parser of hono finds it, and its value is what was set', () => {
    const value = fc.stringMatching(/^[\w-]{1,43}$/)
    const other = fc.tuple(fc.stringMatching(/^[\w!#$%&'*+.^`|~-]{1,20}$/), fc.stringMatching(/^[\w-]{0,20}$/))
    fc.assert(
      fc.property(value, value, fc.array(other), fc.array(other), (id, nonce, before, behind) => {
        const [own = ''] = nonceCookie(baseUrl, `attempt_${id}`, nonce).split(';')
        const text = [...before.map((pair) => pair.join('=')), own, ...behind.map((pair) => pair.join('='))].join('; ')
        const request = new Request(baseUrl, { headers: { cookie: text } })
        const [name = ''] = own.split('=')
        assert.equal(shownNonce(baseUrl, `attempt_${id}`, request), parseCookies(text, name)[name])
        assert.ok(shownValues(baseUrl, request).includes(nonce))
      }),
    )
  })

  test('no header of cookies is a session of the operator’s, or breaks its reader', () => {
    const vault = createVault(createKeyring([testKey]), systemRandom)
    const place = { table: 'operator_pages', row: 'session', column: 'cookie' }
    const sealer = { seal: (text: string) => vault.seal(place, text), open: (text: string) => vault.open(place, text) }
    const sessions = createSessionCookie(new URL('https://app.example/operator'), sealer)
    const session = { key: 'pk', endsAt: 1000, unlockedUntil: 0 }
    const [genuine = ''] = sessions.write(session, 0).split(';')
    const reading = (cookie: string) => sessions.read(new Request('https://app.example', { headers: { cookie } }), 0)
    const sealed = pieces('__Host-punctual_operator=', genuine, 'p1.', '=', ';', '{', 'null')
    fc.assert(
      fc.property(sealed, (text) => {
        const cookie = text.replace(/[^\x20-\x7e]/g, '')
        const named = cookie.split(';').filter((pair) => pair.trim().startsWith('__Host-punctual_operator='))
        const isGenuine = named.length === 1 && named[0]?.trim() === genuine
        assert.deepEqual(reading(cookie), isGenuine ? session : null)
      }),
    )
    // Whatever has been sealed there, it counts only as the session that it is.
    fc.assert(
      fc.property(anyJson, (json) => {
        const found = reading(`__Host-punctual_operator=${sealer.seal(json)}`)
        assert.ok(found === null || typeof found.key === 'string')
      }),
    )
  })
})

describe('a path', () => {
  const path = pieces(
    ...[
      '/',
      '//',
      '\\',
      '..',
      '.',
      '%2e',
      '%2E%2e',
      '%2f',
      '%5c',
      '%252e',
      ';',
      '?',
      '#',
      '@',
      ':',
      'http:',
      'https://',
    ],
    ...['evil.example', 'api.example', '/base', '\t', '\n', '\u0000', '\u00a0', '\u202e', '\ud800', '%', '％2e', '。'],
  )

  /** Plain enough to get as far as the search for dots. */
  const dotted = fc
    .array(fc.constantFrom('/', 'a', '..', '.', '%2e', '%2f', '%5c', '%252e', '%252f', '%25', ';'), { maxLength: 8 })
    .map((parts) => `/a/${parts.join('')}`)

  test('of a call stays below the base of the API, or is refused', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          dotted,
          path,
          anyText,
          path.map((text) => `https://api.example/base/${text}`),
        ),
        (text) => {
          const url = ours(() => resolveApi('https://api.example/base', text))
          if (!url) return
          assert.equal(url.origin, 'https://api.example')
          assert.ok(/^\/base(\/|$)/.test(url.pathname), url.pathname)
          assert.deepEqual([url.username, url.password], ['', ''])
          // As the server of the API may read it: decoded as often as it likes.
          let decoded = url.pathname
          for (let times = 0; times < 3; times++) decoded = decoded.replace(/%(25|2e|2f|5c)/gi, decodeURIComponent)
          assert.doesNotMatch(decoded, /(^|[/\\])\.\.?([/\\;]|$)/)
        },
      ),
    ))

  test('of the proxy is one that the API gets as it arrived, or is refused', () =>
    fc.assert(
      fc.property(path, (text) => {
        const found = ours(() => proxiedPath(`http://localhost/v1/connections/one/proxy${text}`))
        if (!found) return
        const url = ours(() => resolveApi('https://api.example/base', found))
        if (url) assert.equal(url.pathname + url.search, `/base${new URL(`http://x${found}`).pathname}${url.search}`)
      }),
    ))

  test('of a request that the server takes is the one that it means', () =>
    fc.assert(
      fc.property(path, (text) => {
        const target = `/${text.replace(/[^\x21-\x7e]|\\/g, '')}`
        if (hasDotSegment(target) || target.startsWith('//')) return
        assert.equal(new URL(`http://localhost${target}`).pathname.length > 0, true)
        const [plain = ''] = target.split(/[?#]/)
        assert.equal(new URL(`http://localhost${target}`).pathname.split('/').length, plain.split('/').length)
      }),
    ))

  test('or an address to which a person goes back is on the list, as a browser reads it', () => {
    const allowed = { baseUrl: 'https://app.example/in', returnTo: ['https://other.example/page'] }
    const address = pieces(
      'https://',
      'app.example',
      'other.example/page',
      '/',
      '\\',
      '@',
      ':',
      '.',
      '//',
      'javascript:',
      'blob:',
      '?',
      '#',
      '\t',
    )
    fc.assert(
      fc.property(fc.oneof(address, path, anyText), (text) => {
        const found = ours(() => allowedReturn('begin', allowed, text))
        if (found === undefined) return
        const { protocol, host, pathname, username } = new URL(found)
        const isListed = host === 'app.example' || (host === 'other.example' && pathname === '/page')
        assert.ok(protocol === 'https:' && username === '' && isListed, found)
      }),
    )
  })
})
