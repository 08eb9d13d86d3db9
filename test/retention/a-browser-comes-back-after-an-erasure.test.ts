// A person who is erased may still have the address of the callback open.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookieOf, startHost } from '../support/host.ts'

test('a browser that comes back for an attempt whose owner was erased meanwhile gets a page, while its tokens are not revoked yet', async (t) => {
  const host = await startHost(t, {
    async fetch(input, init) {
      const { pathname } = new URL(input instanceof Request ? input.url : String(input))
      if (/\/(revoke|users\/me)$/.test(pathname))
        throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
      return fetch(input, init)
    },
  })
  const { url, headers } = await host.punctual.begin({ client: 'calendly', owner: 'ada', returnTo: '/done' })
  const back = await host.sandbox.authorize({ url })
  const comeBack = () => host.punctual.handler(new Request(back, { headers: { cookie: cookieOf(headers) } }))
  assert.equal((await comeBack()).status, 303)
  await host.punctual.erase({ owner: 'ada' })
  assert.equal((await comeBack()).status, 400)
})
