// `punctual erase` and `punctual export`: what a command does for a person who asks what is kept, or to be forgotten.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry, ErasureResult, PersonalData } from '../../src/index.ts'
import { startOperated } from './operated.ts'

test('an owner is exported, looked at before, erased once it is confirmed, and gone afterwards', async (t) => {
  const place = await startOperated(t)
  const ada = await place.connect('calendly', { owner: 'ada' })
  place.person = 'ben'
  const ben = await place.connect('calcom', { owner: 'ben', account: 'ben' })
  const exported = await place.command('export', 'ada')
  assert.deepEqual([exported.code, exported.stderr], [0, ''])
  const data = JSON.parse(exported.stdout) as PersonalData
  assert.deepEqual(
    data.connections.map(({ id, owner }) => [id, owner]),
    [[ada.id, 'ada']],
  )
  assert.ok(data.connections[0]?.account.email && data.history.length > 0)

  const dry = await place.command('erase', 'ada', '--dry-run')
  assert.equal(dry.code, 0)
  assert.match(dry.stdout, /connections: 1/)
  assert.match(dry.stdout, new RegExp(`Would be disconnected: ${ada.id}\\.\nNothing was removed`))
  const refused = await place.command('erase', 'ada')
  assert.equal(refused.code, 2)
  assert.match(
    refused.stderr,
    /removes everything about ada: .*connections: 1\. It disconnects 1 connection first, and revokes the grants that no other owner uses\. It cannot be undone.*give --yes/,
  )
  assert.equal((await place.punctual.connections.get(ada.id)).status, 'active')

  const erased = await place.json<ErasureResult>('erase', 'ada', '--yes')
  assert.deepEqual([erased.isComplete, erased.removed.connections], [true, 1])
  assert.deepEqual(
    erased.disconnected.map(({ connection }) => connection),
    [ada.id],
  )
  const [entry] = (await place.punctual.operator.audit()).items as readonly AuditEntry[]
  assert.match(entry?.subject ?? '', /^owner sha256:[0-9a-f]{16}$/)
  assert.deepEqual([entry?.action, entry?.outcome], ['erase', 'ok'])
  // A name that is not kept asks nothing and removes nothing, and says so.
  for (const words of [['ada', '--yes'], ['Ben'], ['Ben', '--dry-run']]) {
    const { code, stdout } = await place.command('erase', ...words)
    const sentence = `Nothing is kept under the name ${words[0]}. An owner is found by its exact name.\n`
    assert.deepEqual([code, stdout], [0, sentence])
  }
  const nothing = await place.command('export', 'Ben')
  assert.deepEqual([nothing.code, (JSON.parse(nothing.stdout) as PersonalData).connections], [0, []])
  assert.equal(nothing.stderr, 'Nothing is kept under the name Ben. An owner is found by its exact name.\n')
  assert.equal((await place.punctual.connections.get(ben.id)).status, 'active')
  const { stdout } = await place.command('connections', 'list', '--status', 'disconnected')
  assert.equal(stdout.includes(ada.id), false)
})
