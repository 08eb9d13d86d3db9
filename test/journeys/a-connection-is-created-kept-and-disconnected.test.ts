import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { startHost } from '../support/host.ts'

describe('a connection', () => {
  for (const client of ['calendly', 'calcom']) {
    test(`names its account: ${client}`, async (t) => {
      const host = await startHost(t)
      const connection = await host.connect(client)
      const { account } = connection
      assert.ok(account.id && account.name && account.email?.includes('@') && account.timeZone?.includes('/'))
      assert.equal(connection.owner, 'ada')
      assert.equal(connection.client, client)
      assert.equal(connection.status, 'active')
      assert.equal(connection.reason, null)
      assert.ok(connection.createdAt instanceof Date && connection.updatedAt instanceof Date)
    })

    test(`keeps its id when the same account is connected again: ${client}`, async (t) => {
      const host = await startHost(t)
      const first = await host.connect(client)
      const before = await first.token()
      const second = await host.connect(client)
      assert.equal(second.id, first.id)
      assert.equal((await second.token()).generation, before.generation + 1)
      const third = await host.connect(client, { connection: first.id })
      assert.equal(third.id, first.id)
      assert.equal((await host.punctual.connections.list()).connections.length, 1)
    })

    test(`moves to another account only on request: ${client}`, async (t) => {
      const host = await startHost(t)
      const first = await host.connect(client)
      const other = `ben@${client}.example`
      assert.notEqual(first.account.email, other)
      const back = await host.travel(client, { connection: first.id, account: other })
      assert.equal(back.searchParams.get('error'), 'account_mismatch')
      assert.equal((await first.fetch(client === 'calendly' ? '/users/me' : '/v2/me')).status, 200)
      const moved = await host.connect(client, { connection: first.id, account: other, anotherAccount: true })
      assert.equal(moved.id, first.id)
      assert.equal(moved.account.email, other)
    })

    test(`of two owners to one account shares one grant: ${client}`, async (t) => {
      const host = await startHost(t)
      const ada = await host.connect(client)
      host.person = 'bob'
      const bob = await host.connect(client)
      assert.notEqual(bob.id, ada.id)
      for (let round = 0; round < 10; round++) {
        host.sandbox.clock.advance(3 * 3600)
        assert.equal((await ada.token()).generation, (await bob.token()).generation)
      }
      host.forget()
      const ended = await ada.disconnect()
      assert.deepEqual(ended.revoked, [])
      assert.deepEqual(new Set(ended.notRevoked.map(({ reason }) => reason)), new Set(['shared']))
      await assert.rejects(ada.token(), { code: 'connection_not_found' })
      await assert.rejects(ada.disconnect(), { code: 'connection_not_found' })
      host.sandbox.clock.advance(3 * 3600)
      assert.ok((await bob.token()).accessToken)
    })
  }

  test('is revoked at Calendly when it is disconnected', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calendly')
    const { accessToken } = await connection.token()
    const ended = await connection.disconnect()
    assert.deepEqual([...ended.revoked].sort(), ['access_token', 'refresh_token'])
    assert.deepEqual(ended.notRevoked, [])
    const answer = await fetch(`${host.sandbox.calendly.hosts.api}/users/me`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    assert.equal(answer.status, 401)
  })

  test('names the revocation that Cal.com does not offer', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calcom')
    const ended = await connection.disconnect()
    assert.deepEqual(ended.revoked, [])
    assert.deepEqual(
      ended.notRevoked.map(({ token, reason }) => [token, reason]),
      [
        ['refresh_token', 'unsupported'],
        ['access_token', 'unsupported'],
      ],
    )
  })

  test('that was disconnected is listed only on request, and keeps its id when it is connected again', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calcom')
    await connection.disconnect()
    assert.equal((await host.punctual.connections.list()).connections.length, 0)
    assert.equal((await host.punctual.connections.list({ status: 'disconnected' })).connections[0]?.id, connection.id)
    const again = await host.connect('calcom')
    assert.equal(again.id, connection.id)
    assert.equal(again.status, 'active')
  })

  test('of another owner cannot be reconnected', async (t) => {
    const host = await startHost(t)
    const connection = await host.connect('calendly')
    host.person = 'mallory'
    await assert.rejects(host.travel('calendly', { connection: connection.id }), { code: 'connection_not_found' })
  })

  test('is found only for its owner where an owner is named', async (t) => {
    const host = await startHost(t)
    const { id } = await host.connect('calendly')
    const { get } = host.punctual.connections
    assert.equal((await get(id, { owner: 'ada' })).id, id)
    await assert.rejects(get(id, { owner: 'mallory' }), { code: 'connection_not_found' })
    await assert.rejects(get('unknown'), { code: 'connection_not_found' })
  })

  test('is listed by owner, client and page', async (t) => {
    const host = await startHost(t)
    for (const person of ['ada', 'bob', 'eve']) {
      host.person = person
      await host.connect('calendly')
      await host.connect('calcom')
    }
    const { list } = host.punctual.connections
    assert.equal((await list({ owner: 'bob' })).connections.length, 2)
    assert.equal((await list({ client: 'calcom' })).connections.length, 3)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ limit: 4, cursor })
      seen.push(...page.connections.map(({ id }) => id))
      cursor = page.cursor
    } while (cursor)
    assert.equal(new Set(seen).size, 6)
    assert.equal(seen.length, 6)
    await assert.rejects(list({ cursor: 'rubbish' }), { code: 'invalid_argument' })
    await assert.rejects(list({ limit: 0 }), { code: 'invalid_argument' })
  })
})
