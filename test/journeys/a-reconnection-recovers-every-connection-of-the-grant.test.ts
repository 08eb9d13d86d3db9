// Two owners who have connected the same account share one grant: one of them reconnects for both, and both are notified.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PunctualEvent } from '../../src/index.ts'
import { startQuietHost } from '../support/host.ts'

test('a reconnection recovers every connection of the grant', async (t) => {
  const host = await startQuietHost(t)
  const account = 'ada@calcom.example'
  const ada = await host.connect('calcom', { account })
  host.person = 'bob'
  const bob = await host.connect('calcom', { account })
  host.sandbox.revoke({ provider: 'calcom', account })
  host.sandbox.clock.advance(3 * 3600)
  await assert.rejects(bob.token(), { code: 'needs_reconnect' })
  const reported: string[] = []
  const both = Promise.withResolvers<void>()
  host.punctual.on((event: PunctualEvent) => {
    if (event.type !== 'connection.recovered') return
    reported.push(`${event.type} ${event.owner} ${event.connection}`)
    if (reported.length === 2) both.resolve()
  })
  await host.connect('calcom', { account, connection: bob.id })
  await both.promise
  assert.deepEqual(reported, [`connection.recovered bob ${bob.id}`, `connection.recovered ada ${ada.id}`])
  assert.equal((await host.punctual.connections.get(ada.id)).status, 'active')
})
