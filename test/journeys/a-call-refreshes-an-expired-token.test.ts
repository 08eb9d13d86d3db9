import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { PunctualError } from '../../src/index.ts'
import { startHost } from '../support/host.ts'

const profile = { calendly: '/users/me', calcom: '/v2/me', 'calcom-public': '/v2/me' }

for (const [client, path] of Object.entries(profile)) {
  describe(`an expired token: ${client}`, () => {
    test('is refreshed by the call that needs it, with one token request', async (t) => {
      const host = await startHost(t)
      const connection = await host.connect(client)
      host.forget()
      host.sandbox.clock.advance(3 * 3600)
      const response = await connection.fetch(path)
      assert.equal(response.status, 200)
      assert.equal(host.tokenRequests(), 1)
    })

    test('is refreshed once for 200 callers', async (t) => {
      const host = await startHost(t)
      const connection = await host.connect(client)
      host.forget()
      host.sandbox.clock.advance(3 * 3600)
      const answers = await Promise.all(Array.from({ length: 200 }, () => connection.fetch(path)))
      assert.ok(answers.every((answer) => answer.status === 200))
      assert.equal(host.tokenRequests(), 1)
    })

    test('is refreshed when only the provider knows that it has expired', async (t) => {
      const ownClock = Date.now()
      const host = await startHost(t, { clock: { now: () => ownClock } })
      const connection = await host.connect(client)
      host.forget()
      host.sandbox.clock.advance(3 * 3600)
      const answers = await Promise.all(Array.from({ length: 200 }, () => connection.fetch(path)))
      assert.ok(answers.every((answer) => answer.status === 200))
      assert.equal(host.tokenRequests(), 1)
      assert.equal((await connection.token()).generation, 2)
    })

    test('is refreshed ten times in a row', async (t) => {
      const host = await startHost(t)
      const connection = await host.connect(client)
      for (let round = 2; round <= 11; round++) {
        host.sandbox.clock.advance(3 * 3600)
        assert.equal((await connection.token()).generation, round)
      }
      assert.equal((await connection.fetch(path)).status, 200)
    })

    test('that was revoked at the provider ends the grant with a reason', async (t) => {
      const host = await startHost(t)
      const connection = await host.connect(client)
      host.sandbox.revoke({
        provider: client.startsWith('calcom') ? 'calcom' : 'calendly',
        account: connection.account.email ?? '',
      })
      host.sandbox.clock.advance(3 * 3600)
      await assert.rejects(connection.fetch(path), (error) => {
        assert.ok(error instanceof PunctualError)
        assert.equal(error.code, 'needs_reconnect')
        assert.equal(error.reason, 'refused')
        return true
      })
      const [listed] = (await host.punctual.connections.list({ status: 'needs_reconnect' })).connections
      assert.equal(listed?.id, connection.id)
      assert.equal(listed?.reason, 'refused')
      const again = await host.connect(client)
      assert.equal(again.id, connection.id)
      assert.equal(again.status, 'active')
      assert.equal((await again.fetch(path)).status, 200)
    })
  })
}
