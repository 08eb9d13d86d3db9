// Two owners who have connected the same account rest on one grant: one of them reconnects for both, and both are told.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PunctualEvent } from '../../src/index.ts'
import { startQuietHost } from '../support/host.ts'

test('a reconnection recovers all who rest on the grant', async (t) => {
  const host = await startQuietHost(t)
  const account = 'ada@calcom.example'
  const ada = await host.connect('calcom', { account })
  host.person = 'bob'
  const bob = await host.connect('calcom', { account })
  host.sandbox.revoke({ provider: 'calcom', account })
  host.sandbox.clock.advance(3 * 3600)
  await assert.rejects(bob.token(), { code: 'needs_reconnect' })
  const told: string[] = []
  const both = Promise.withResolvers<void>()
  host.punctual.on((event: PunctualEvent) => {
    if (event.type !== 'connection.recovered') return
    told.push(`${event.type} ${event.owner} ${event.connection}`)
    if (told.length === 2) both.resolve()
  })
  await host.connect('calcom', { account, connection: bob.id })
  await both.promise
  assert.deepEqual(told, [`connection.recovered bob ${bob.id}`, `connection.recovered ada ${ada.id}`])
  assert.equal((await host.punctual.connections.get(ada.id)).status, 'active')
})
