import assert from 'node:assert/strict'
import { test } from 'node:test'

import { startHost } from '../support/host.ts'

for (const client of ['calendly', 'calcom'] as const) {
  test(`a changed name and time zone are known after a refresh: ${client}`, async (t) => {
    let changed = false
    let looks = 0
    const path = client === 'calendly' ? '/users/me' : '/v2/me'
    const host = await startHost(t, {
      async fetch(input, init) {
        const response = await fetch(input, init)
        if (!String(input).endsWith(path)) return response
        looks++
        const text = await response.text()
        return new Response(changed ? text.replaceAll('Ada Lindqvist', 'Ada King') : text, response)
      },
    })
    const connection = await host.connect(client)
    changed = true
    looks = 0
    host.sandbox.clock.advance(3 * 3600)
    await connection.token()
    assert.equal(looks, 0, 'what was known at the connecting is a few hours old')
    for (let refresh = 0; refresh < 3; refresh++) {
      host.sandbox.clock.advance(refresh === 0 ? 25 * 3600 : 3 * 3600)
      await connection.token()
      while (looks === 0) await new Promise(setImmediate)
    }
    await host.punctual.stop()
    assert.equal((await host.punctual.connections.get(connection.id)).account.name, 'Ada King')
    assert.equal(looks, 1, 'one look a day')
  })
}

test('a provider that no longer names the account changes nothing', async (t) => {
  let away = false
  const host = await startHost(t, {
    fetch: (input, init) =>
      away && String(input).endsWith('/users/me')
        ? Promise.resolve(new Response('{}', { status: 404 }))
        : fetch(input, init),
  })
  const connection = await host.connect('calendly')
  away = true
  host.sandbox.clock.advance(25 * 3600)
  assert.equal((await connection.token()).generation, 2)
  await host.punctual.stop()
  assert.deepEqual((await host.punctual.connections.get(connection.id)).account, connection.account)
})
