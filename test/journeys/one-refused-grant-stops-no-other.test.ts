// A provider may refuse the client in the refresh of one grant alone (RFC 6749, section 5.2). One refused grant says nothing
// about the others.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PunctualEvent } from '../../src/index.ts'
import { type ScriptedHost, startScripted } from '../support/scripted-provider.ts'

const refused = { status: 401, body: { error: 'unauthorized_client', error_description: 'Not this one' } }
const wrongSecret = { status: 401, body: { error: 'invalid_client' } }

function eventsOf({ punctual }: Pick<ScriptedHost, 'punctual'>): PunctualEvent['type'][] {
  const events: PunctualEvent['type'][] = []
  punctual.on(({ type }) => type.startsWith('client.') && events.push(type))
  return events
}

describe('a grant whose refresh refuses the client', () => {
  test('cools down alone, while others are refreshed', async (t) => {
    const host = startScripted(t)
    const [odd, other] = [await host.connect('odd'), await host.connect('other')]
    const events = eventsOf(host)
    host.answer = ({ who }) => (who === 'odd' ? refused : null)
    for (let hour = 1; hour <= 20; hour++) {
      host.advance(3700)
      await assert.rejects(odd.token(), { code: 'client_misconfigured', reason: 'Not this one' })
      await assert.rejects(odd.token(), { code: 'client_misconfigured' }, 'while it cools down')
      // Once others were accepted, its second refusal confirms nothing.
      if (hour > 1) host.advance(1000)
      await assert.rejects(odd.token(), { code: 'client_misconfigured' })
      assert.equal((await other.token()).generation, hour + 1)
    }
    assert.equal(host.refreshes.filter((who) => who === 'odd').length, 39)
    assert.deepEqual(events, [])
    assert.equal((await host.punctual.connections.get(odd.id)).status, 'active')
    host.answer = () => null
    host.advance(900)
    assert.equal((await odd.token()).generation, 2)
  })

  test('delays callers of others only until a second grant has been refreshed', async (t) => {
    const host = startScripted(t)
    const odd = await host.connect('odd')
    const others = []
    for (let n = 0; n < 5; n++) others.push(await host.connect(`other${n}`))
    host.answer = ({ who }) => (who === 'odd' ? refused : null)
    host.advance(3700)
    await assert.rejects(odd.token(), { code: 'client_misconfigured' })
    const began = host.clock.now()
    const tokens = await Promise.all(others.map((one) => one.token()))
    assert.deepEqual(new Set(tokens.map(({ generation }) => generation)), new Set([2]))
    assert.ok(host.clock.now() - began <= 1000)
  })

  test('does not confirm the refusal of another grant with another code', async (t) => {
    const host = startScripted(t)
    const [one, two, three] = [await host.connect('one'), await host.connect('two'), await host.connect('three')]
    const events = eventsOf(host)
    const codes: Record<string, string> = { one: 'invalid_scope', two: 'unauthorized_client' }
    host.answer = ({ who }) => (codes[who] ? { status: 400, body: { error: codes[who] } } : null)
    host.advance(3700)
    for (const odd of [one, two]) await assert.rejects(odd.token(), { code: 'client_misconfigured' })
    assert.equal((await three.token()).generation, 2)
    assert.deepEqual(events, [])
  })

  test('is reported after a minute if the client has no other grant, and the client recovers with this one', async (t) => {
    const host = startScripted(t)
    const connection = await host.connect('only')
    const events = eventsOf(host)
    host.answer = () => wrongSecret
    host.advance(3700)
    await assert.rejects(connection.token(), { code: 'client_misconfigured' })
    assert.deepEqual(events, [])
    host.advance(61)
    await assert.rejects(connection.token(), { code: 'client_misconfigured' })
    assert.deepEqual(events, ['client.misconfigured'])
    host.answer = () => null
    host.advance(900)
    assert.equal((await connection.token()).generation, 2)
    assert.deepEqual(events, ['client.misconfigured', 'client.recovered'])
  })

  test('is followed by one more of 100, and then all refreshes stop', async (t) => {
    const host = startScripted(t)
    const connections = []
    for (let n = 0; n < 100; n++) connections.push(await host.connect(`account${n}`))
    const events = eventsOf(host)
    host.answer = () => wrongSecret
    host.advance(3700)
    await assert.rejects(connections[0]?.token() ?? Promise.resolve(), { code: 'client_misconfigured' })
    for (const outcome of await Promise.allSettled(connections.map((one) => one.token())))
      assert.equal(outcome.status === 'rejected' && outcome.reason.code, 'client_misconfigured')
    assert.equal(host.refreshes.length, 2)
    assert.deepEqual(events, ['client.misconfigured'])
  })
})

describe('a replica with another secret', () => {
  test('is refused without an effect on the others', async (t) => {
    const host = startScripted(t)
    const connections = []
    for (const who of ['one', 'two', 'three']) connections.push(await host.connect(who))
    const old = host.another({ clientSecret: 'old' })
    const [events, itsEvents] = [eventsOf(host), eventsOf({ punctual: old })]
    host.answer = ({ authorization }) => (authorization === 'old' ? wrongSecret : null)
    for (let hour = 1; hour <= 5; hour++) {
      host.advance(3700)
      for (const { id } of connections)
        await assert.rejects((await old.connections.get(id)).token(), { code: 'client_misconfigured' })
      host.advance(2)
      for (const one of connections) assert.equal((await one.token()).generation, hour + 1)
    }
    assert.deepEqual([events, itsEvents], [[], ['client.misconfigured']])
  })

  test('that has been replaced leaves no trace: the client has recovered', async (t) => {
    const host = startScripted(t)
    const connections = [await host.connect('one'), await host.connect('two')]
    host.answer = () => wrongSecret
    host.advance(3700)
    for (const one of connections) await assert.rejects(one.token(), { code: 'client_misconfigured' })
    const restarted = host.another({ clientSecret: 'new' })
    const events = eventsOf({ punctual: restarted })
    host.answer = ({ authorization }) => (authorization === 'new' ? null : wrongSecret)
    host.advance(5)
    for (const { id } of connections) assert.equal((await (await restarted.connections.get(id)).token()).generation, 2)
    host.advance(3700)
    for (const { id } of connections) assert.equal((await (await restarted.connections.get(id)).token()).generation, 3)
    assert.deepEqual(events, ['client.recovered'])
  })
})
