// Searching connections: what they are found by, what a search leaves out, and how far it looks.

import assert from 'node:assert/strict'
import { searchTerm } from '../../../src/core/store/connection-terms.ts'
import { type Contract, connect, type OpenStore } from '../fixtures.ts'

const person = (owner: string, account: string, name: string | null, email: string | null) => ({
  owner,
  account,
  connection: `connection of ${owner}`,
  grant: { account: { id: account, name, email, timeZone: null } },
})

const find = async ({ store }: OpenStore, text: string, how: object = {}) => {
  const { rows, isCut } = await store.connections.search({ term: searchTerm(text), most: 100, ...how })
  return [...rows.map(({ owner }) => owner), ...(isCut ? ['and more'] : [])]
}

async function three(at: OpenStore): Promise<void> {
  await connect(at.store, person('user_Ada', 'one', 'Ada  Lovelace', 'ada@Example.com'))
  at.clock.pass(1)
  await connect(at.store, person('user_Émile', 'two', 'Émile du Châtelet', 'emile@example.org'))
  at.clock.pass(1)
  await connect(at.store, person('other_100%', 'three', null, null))
}

export const searchContract: Contract = {
  'a connection is found by its owner, a word of the name, the address and its domain': async (at) => {
    await three(at)
    for (const text of ['user_ada', 'USER_A', 'ada love', 'Lovelace', 'lov', 'ada@ex', 'example.com', ' Ada '])
      assert.deepEqual(await find(at, text), ['user_Ada'], text)
    assert.deepEqual(await find(at, 'user_'), ['user_Ada', 'user_Émile'])
    assert.deepEqual(await find(at, 'example'), ['user_Ada', 'user_Émile'])
    for (const text of ['émile du CHÂ', 'E\u0301mile', 'châ'])
      assert.deepEqual(await find(at, text), ['user_Émile'], text)
    assert.deepEqual(await find(at, 'other_100%'), ['other_100%'])
    for (const text of ['ovelace', 'user%', 'other_1_', 'xyz', '%']) assert.deepEqual(await find(at, text), [], text)
  },

  'a search may be for one client and one status': async (at) => {
    await three(at)
    await at.store.connections.detach('connection of user_Ada', { type: 'test', data: {} })
    await connect(at.store, { ...person('user_c', 'four', null, null), client: 'calcom' })
    assert.deepEqual(await find(at, 'user_'), ['user_Ada', 'user_Émile', 'user_c'])
    assert.deepEqual(await find(at, 'user_', { client: 'calcom' }), ['user_c'])
    assert.deepEqual(await find(at, 'user_', { status: 'disconnected' }), ['user_Ada'])
    assert.deepEqual(await find(at, 'user_', { status: 'active', client: 'calendly' }), ['user_Émile'])
    assert.deepEqual(await find(at, 'user_', { status: 'needs_reconnect' }), [])
  },

  'a search looks at so many finds, and says if there are more': async (at) => {
    await three(at)
    assert.deepEqual(await find(at, 'user_', { most: 2 }), ['user_Ada', 'user_Émile'])
    assert.deepEqual(await find(at, 'user_', { most: 1 }), ['user_Ada', 'and more'])
    assert.deepEqual(await find(at, 'user_', { most: 1, client: 'calcom' }), ['and more'])
  },

  'a changed name is found, and the name before it is not': async (at) => {
    const { grant } = (await connect(at.store, person('ann', 'one', 'Ann Old', 'ann@old.example'))).connection
    await connect(at.store, { ...person('bob', 'one', 'Ann Old', 'ann@old.example') })
    await at.store.grants.describe(grant, { name: 'Ann New', email: null, timeZone: null })
    assert.deepEqual(await find(at, 'ann new'), ['ann', 'bob'])
    assert.deepEqual(await find(at, 'old'), [])
    await connect(at.store, person('ann', 'one', 'Ann Third', null))
    assert.deepEqual(await find(at, 'third'), ['ann', 'bob'].slice(0, (await find(at, 'third')).length))
    assert.ok((await find(at, 'third')).includes('ann'))
  },

  'connections are read by their ids': async (at) => {
    await three(at)
    const rows = await at.store.connections.some(['connection of other_100%', 'absent', 'connection of user_Ada'])
    assert.deepEqual(
      rows.map(({ owner }) => owner),
      ['user_Ada', 'other_100%'],
    )
    assert.deepEqual(await at.store.connections.some([]), [])
  },
}
