// Pauses of clients: begun once, probed by one, ended once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Factory, world } from '../given.ts'

export function clientsContract(factory: Factory): void {
  test('a pause begins once, and is prolonged, not shortened', async () => {
    await using at = await world(factory)
    const { clients } = at.store
    const since = at.clock.now()
    assert.equal(await clients.paused('c'), null)
    const begun = await Promise.all(Array.from({ length: 20 }, () => clients.pause('c', 'invalid_client', 60_000)))
    assert.equal(begun.filter(Boolean).length, 1)
    at.clock.pass(10_000)
    assert.equal(await clients.pause('c', 'unauthorized_client', 60_000), false)
    const row = { client: 'c', reason: 'unauthorized_client', since, probeAt: since + 70_000, readAt: since + 10_000 }
    assert.deepEqual(await clients.paused('c'), row)
    assert.equal(await clients.pause('c', 'unauthorized_client', 1), false)
    assert.deepEqual(await clients.paused('c'), row)
    assert.equal(await clients.paused('d'), null)
  })

  test('of 20 callers one probes, when it is time', async () => {
    await using at = await world(factory)
    const { clients } = at.store
    assert.equal(await clients.probe('c', 1000), false)
    await clients.pause('c', 'invalid_client', 60_000)
    at.clock.pass(59_999)
    assert.equal(await clients.probe('c', 1000), false)
    at.clock.pass(1)
    const probes = await Promise.all(Array.from({ length: 20 }, () => clients.probe('c', 1000)))
    assert.equal(probes.filter(Boolean).length, 1)
    assert.equal((await clients.paused('c'))?.probeAt, at.clock.now() + 1000)
    at.clock.pass(1000)
    assert.equal(await clients.probe('c', 1000), true)
  })

  test('a pause ends once, and the next one begins anew', async () => {
    await using at = await world(factory)
    const { clients } = at.store
    await clients.pause('c', 'invalid_client', 60_000)
    const ended = await Promise.all(Array.from({ length: 20 }, () => clients.resume('c')))
    assert.equal(ended.filter(Boolean).length, 1)
    assert.equal(await clients.paused('c'), null)
    at.clock.pass(1000)
    assert.equal(await clients.pause('c', 'invalid_client', 60_000), true)
    assert.equal((await clients.paused('c'))?.since, at.clock.now())
  })
}
