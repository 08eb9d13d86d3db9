// Lifetimes, waits and times that cannot be right, from the provider and from this machine's own clock.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'

import { memory } from '../../src/store/memory.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { startHost } from '../support/host.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const place = mkdtempSync(join(tmpdir(), 'punctual-'))
after(() => rmSync(place, { recursive: true }))
const stores = { memory: () => memory(), sqlite: () => sqlite(join(mkdtempSync(join(place, 'x')), 'p.db')) }
const day = 86_400

for (const [name, store] of Object.entries(stores)) {
  describe(`on ${name}`, () => {
    for (const lifetime of [0, -1, 9_999_999_999_999, Number.MAX_SAFE_INTEGER, 9.3e18, '9223372036854775'])
      test(`a lifetime of ${lifetime} s counts as not stated`, async (t) => {
        let issued = 0
        const host = await startHost(t, {
          store: store(),
          fetch: async (input, init) => {
            const response = await fetch(input, init)
            if (!String(input).endsWith('/token')) return response
            issued++
            return Response.json({ ...(await response.json()), expires_in: lifetime })
          },
        })
        const connection = await host.connect('calendly')
        assert.equal((await connection.fetch('/users/me')).status, 200)
        const { expiresAt } = await connection.token()
        const lives = expiresAt.getTime() - host.sandbox.clock.now()
        assert.ok(lives > 0 && lives <= 7_200_000, String(lives))
        assert.equal(issued, 1)
      })

    test('a token that is stated as expired on arrival is tried once before it is refreshed', async (t) => {
      let issued = 0
      const host = await startHost(t, {
        store: store(),
        fetch: async (input, init) => {
          const response = await fetch(input, init)
          if (!String(input).endsWith('/token')) return response
          issued++
          if (issued > 1) host.sandbox.clock.advance(5)
          return Response.json({ ...(await response.json()), expires_in: issued > 1 ? 1 : 7200 })
        },
      })
      const connection = await host.connect('calendly')
      host.sandbox.clock.advance(3 * 3600)
      assert.equal((await connection.fetch('/users/me')).status, 200)
      assert.equal(issued, 2)
    })

    for (const wait of ['1796000000', '31536000', 'Fri, 01 Jan 2100 00:00:00 GMT', '99999999999999'])
      test(`a token endpoint that asks for a wait of ${wait} is tried again within an hour`, async (t) => {
        let away = false
        const host = await startHost(t, {
          store: store(),
          fetch: async (input, init) =>
            away && String(input).endsWith('/token')
              ? new Response('{}', { status: 503, headers: { 'retry-after': wait } })
              : fetch(input, init),
        })
        const connection = await host.connect('calendly')
        host.sandbox.clock.advance(3 * 3600)
        away = true
        await assert.rejects(connection.token(), { code: 'provider_unavailable', retryAfterMs: 3_600_000 })
        away = false
        host.sandbox.clock.advance(3601)
        assert.equal((await connection.token()).generation, 2)
      })

    test('a clock that was a day ahead while an account was connected blocks nothing once it is right', async (t) => {
      let ahead = day * 1000
      const host = await startHost(t, {
        store: store(),
        clock: { ...virtualClock(() => host.sandbox.clock.now()), now: () => host.sandbox.clock.now() + ahead },
      })
      const connection = await host.connect('calendly')
      assert.equal((await connection.fetch('/users/me')).status, 200)
      ahead = 0
      assert.equal((await connection.fetch('/users/me')).status, 200)
      host.sandbox.clock.advance(7300)
      assert.equal((await connection.fetch('/users/me')).status, 200)
      assert.equal((await connection.token()).expiresAt.getTime() - host.sandbox.clock.now() < 7_200_001, true)
      host.sandbox.clock.advance(6 * 3600)
      assert.equal((await connection.fetch('/users/me')).status, 200)
      await host.connect('calendly')
      host.sandbox.clock.advance(7300)
      assert.equal((await connection.fetch('/users/me')).status, 200)
    })

    for (const step of [3600, -3600, 400 * day, -400 * day])
      test(`a clock that steps by ${step} s during a refresh lets no other process present the token`, async (t) => {
        let ahead = 0
        const clock = { ...virtualClock(() => host.sandbox.clock.now()), now: () => host.sandbox.clock.now() + ahead }
        const { promise: left, resolve: leaves } = Promise.withResolvers<void>()
        const { promise: goes, resolve: goOn } = Promise.withResolvers<void>()
        const shared = store()
        const host = await startHost(t, { store: shared, clock })
        const connection = await host.connect('calendly')
        host.sandbox.clock.advance(3 * 3600)
        host.forget()
        const slow = host.another({
          fetch: async (input, init) => {
            const response = await fetch(input, init)
            leaves()
            await goes
            return response
          },
        })
        const first = (await slow.connections.get(connection.id)).token()
        await left
        ahead += step * 1000
        const second = connection.token()
        await new Promise((resolve) => setImmediate(resolve))
        goOn()
        await Promise.all([first, second])
        assert.equal(host.tokenRequests(), 1)
        assert.equal((await connection.fetch('/users/me')).status, 200)
      })
  })
}
