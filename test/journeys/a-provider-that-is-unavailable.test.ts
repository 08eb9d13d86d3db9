import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { PunctualEvent } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type Host, setFault, startQuietHost } from '../support/host.ts'

function eventsOf(host: Host, ...types: string[]): PunctualEvent[] {
  const events: PunctualEvent[] = []
  host.punctual.on((event) => types.includes(event.type) && events.push(event))
  return events
}

describe('a provider that is unavailable', () => {
  for (const client of ['calendly', 'calcom'] as const) {
    test(`makes a caller wait half a minute, then fails the call, and gets at most eight requests a minute: ${client}`, async (t) => {
      const host = await startQuietHost(t)
      const connection = await host.connect(client)
      const events = eventsOf(host, 'provider.unavailable', 'connection.needs_reconnect')
      host.sandbox.clock.advance(3 * 3600)
      host.forget()
      await setFault(host, { provider: client, endpoint: 'token', kind: 'status', status: 503, count: null })
      const began = host.clock.now()
      const callers = await Promise.allSettled(Array.from({ length: 50 }, () => connection.token()))
      const waited = host.clock.now() - began
      assert.ok(waited > 10_000 && waited <= 30_000, `waited ${waited} ms`)
      for (const caller of callers) {
        assert.equal(caller.status === 'rejected' && caller.reason.code, 'provider_unavailable')
        assert.ok(caller.status === 'rejected' && caller.reason.retryable && caller.reason.retryAfterMs > 0)
      }
      const times: number[] = []
      for (let minute = 0; minute < 20; minute++) {
        host.forget()
        await Promise.allSettled(Array.from({ length: 3 }, () => connection.token()))
        times.push(host.tokenRequests())
        host.sandbox.clock.advance(30)
      }
      assert.ok(Math.max(...times) <= 8)
      assert.ok(events.every(({ type }) => type === 'provider.unavailable'))
      assert.equal((await host.punctual.connections.get(connection.id)).status, 'active')
      await host.sandbox.handler(new Request(`${host.sandbox.url}/control/faults`, { method: 'DELETE' }))
      host.sandbox.clock.advance(900)
      assert.equal((await connection.token()).generation, 2)
    })

    test(`does not stop a live token from being served: ${client}`, async (t) => {
      const host = await startQuietHost(t)
      const connection = await host.connect(client)
      const { expiresAt } = await connection.token()
      await setFault(host, { provider: client, endpoint: 'token', kind: 'status', status: 503, count: null })
      host.sandbox.clock.set(expiresAt.getTime() - 5000)
      const began = host.clock.now()
      assert.equal((await connection.token()).generation, 1)
      assert.equal((await connection.token({ minimumValidityMs: 600_000 })).generation, 1)
      assert.ok(host.clock.now() - began < 3000)
    })
  }

  test('lets a caller stop waiting', async (t) => {
    const host = await startQuietHost(t)
    const connection = await host.connect('calendly')
    host.sandbox.clock.advance(3 * 3600)
    await setFault(host, { endpoint: 'token', kind: 'hang', count: null })
    const stop = new AbortController()
    const waiting = connection.token({ signal: stop.signal })
    stop.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
    await host.punctual.stop()
  })
})

describe('a client that is refused', () => {
  for (const [client, body] of [
    ['calendly', { error: 'invalid_client', error_description: 'Client authentication failed' }],
    ['calcom', { error: 'unauthorized_client', error_description: 'client_not_approved' }],
  ] as const) {
    test(`stops all its refreshes, is reported once, probed with one, and recovers: ${client}`, async (t) => {
      const host = await startQuietHost(t, { store: memory() })
      const connections = []
      for (const [person, account] of [
        ['ada', 'ada'],
        ['bob', 'ben'],
        ['eve', 'chloe'],
      ] as const) {
        host.person = person
        connections.push(await host.connect(client, { account: `${account}@${client}.example` }))
      }
      const events = eventsOf(host, 'client.misconfigured', 'client.recovered')
      host.sandbox.clock.advance(3 * 3600)
      host.forget()
      await setFault(host, { provider: client, endpoint: 'token', kind: 'status', status: 401, body, count: null })
      for (let round = 0; round < 5; round++) {
        for (const connection of connections) await assert.rejects(connection.token(), { code: 'client_misconfigured' })
      }
      assert.equal(host.tokenRequests(), 2)
      host.sandbox.clock.advance(61)
      await Promise.allSettled(connections.map((connection) => connection.token()))
      assert.equal(host.tokenRequests(), 3)
      assert.deepEqual(
        events.map(({ type }) => type),
        ['client.misconfigured'],
      )
      assert.ok((await host.punctual.connections.list()).connections.every(({ status }) => status === 'active'))

      await host.sandbox.handler(new Request(`${host.sandbox.url}/control/faults`, { method: 'DELETE' }))
      host.sandbox.clock.advance(900)
      await connections[0]?.token()
      for (const connection of connections) assert.equal((await connection.token()).generation, 2)
      assert.deepEqual(
        events.map(({ type }) => type),
        ['client.misconfigured', 'client.recovered'],
      )
    })
  }
})
