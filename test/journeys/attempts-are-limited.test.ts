// What started attempts leave behind: cookies in the browser, rows in the store. Both are limited.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memory } from '../../src/store/memory.ts'
import { baseUrl, cookieOf, locationOf, setFault, startHost } from '../support/host.ts'
import { prefetches } from '../support/settings.ts'

describe('the cookies of attempts', () => {
  test('are deleted when the attempt has ended, and kept while it may go on', async (t) => {
    const host = await startHost(t)
    const trip = async (allow: boolean) => {
      const { url, headers } = await host.punctual.begin({ client: 'calendly', owner: 'ada', returnTo: '/done' })
      const back = await host.sandbox.authorize({ url, allow })
      const cookie = cookieOf(headers)
      const response = await host.punctual.handler(new Request(back, { headers: { cookie } }))
      return { response, name: cookie.split('=')[0] }
    }
    for (const allow of [true, false]) {
      const { response, name } = await trip(allow)
      assert.deepEqual(response.headers.getSetCookie(), [`${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`])
    }
    await setFault(host, { endpoint: 'api', kind: 'status', status: 503, count: null })
    const { response } = await trip(true)
    assert.match(locationOf(response).search, /error=provider_unavailable/)
    assert.equal(response.headers.get('set-cookie'), null)
  })

  test('are at most the ten newest in one browser', async (t) => {
    const host = await startHost(t)
    const jar = new Map([['session', 'of the application']])
    const begun: string[] = []
    for (let trips = 0; trips < 30; trips++) {
      const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
      const response = await host.punctual.handler(new Request(`${baseUrl}/connect/calendly`, { headers: { cookie } }))
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? []
        if (line.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
        if (value) begun.push(name)
      }
      assert.ok(jar.size <= 11)
    }
    assert.deepEqual([...jar.keys()], ['session', ...begun.slice(-10)])
  })
})

describe('begin', () => {
  test('does not happen for a link that is only prefetched', async (t) => {
    const store = memory()
    const host = await startHost(t, { store })
    let written = 0
    const insert = store.attempts.insert
    Object.assign(store.attempts, {
      insert: (...row: Parameters<typeof insert>) => {
        written++
        return insert(...row)
      },
    })
    const connect = (headers: HeadersInit, slash = '') =>
      host.punctual.handler(new Request(`${baseUrl}/connect/calendly${slash}?returnTo=/`, { headers }))
    for (const headers of prefetches) {
      const response = await connect(headers)
      assert.deepEqual([response.status, response.headers.get('set-cookie')], [204, null])
    }
    assert.equal(written, 0)
    assert.equal((await connect({}, '/')).status, 303)
    assert.equal(written, 1)
  })

  test('keeps the fifty newest attempts of an owner', async (t) => {
    const host = await startHost(t)
    const trips: Awaited<ReturnType<typeof host.punctual.begin>>[] = []
    for (let count = 0; count < 51; count++) {
      trips.push(await host.punctual.begin({ client: 'calendly', owner: 'ada', returnTo: '/done' }))
      host.sandbox.clock.advance(1)
    }
    const come = async (index: number) => {
      const { url, headers } = trips[index] ?? assert.fail()
      const back = await host.sandbox.authorize({ url })
      return host.punctual.handler(new Request(back, { headers: { cookie: cookieOf(headers) } }))
    }
    assert.equal((await come(0)).status, 400)
    for (const index of [1, 50]) assert.match(locationOf(await come(index)).search, /punctual=connected/)
  })

  test('refuses a return address of more than 2,048 characters', async (t) => {
    const { punctual } = await startHost(t)
    const begin = (length: number) => {
      const returnTo = new URL('/', baseUrl)
      returnTo.pathname = 'a'.repeat(length - returnTo.href.length)
      return punctual.begin({ client: 'calendly', owner: 'ada', returnTo })
    }
    assert.ok(await begin(2048))
    await assert.rejects(begin(2049), { code: 'invalid_argument', message: /returnTo.* 2048/ })
  })
})
