// Exporting and erasing an owner over HTTP: with the scope admin, and by a key that is bound to an owner only that one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startService } from './service.ts'

test('an owner is exported and erased with the scope admin, and others stay', async (t) => {
  const { ask, refused, connect, key } = await startService(t)
  const [adas, bobs] = [await connect('calendly', 'ada/1'), await connect('calcom', 'bob')]
  const path = `/v1/owners/${encodeURIComponent('ada/1')}`
  const reader = await key(['connections:write'])
  await refused('forbidden', 'GET', `${path}/export`, { key: reader })
  await refused('forbidden', 'DELETE', path, { key: reader })
  const bound = await key(['admin'], 'bob')
  await refused('forbidden', 'DELETE', path, { key: bound })

  const { body: data } = await ask('GET', `${path}/export`)
  assert.deepEqual([data.owner, data.connections.map(({ id }: { id: string }) => id)], ['ada/1', [adas]])
  const { body: result } = await ask('DELETE', path)
  assert.deepEqual([result.isComplete, result.removed.connections, result.disconnected.length], [true, 1, 1])
  await refused('connection_not_found', 'GET', `/v1/connections/${adas}`)
  assert.equal((await ask('GET', `/v1/connections/${bobs}`)).body.status, 'active')
  assert.equal((await ask('DELETE', path)).body.removed.connections, 0)
  assert.equal((await ask('DELETE', '/v1/owners/bob', { key: bound })).body.isComplete, true)
})
