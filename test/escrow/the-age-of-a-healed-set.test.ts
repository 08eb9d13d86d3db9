// How much is left of a set that the escrow gives back: by the clock of the machine, where that tells its age.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serializeEntry } from '../../src/escrow/entry.ts'
import { heal } from '../../src/escrow/heal.ts'
import { learn, nothingKnown } from '../../src/escrow/known.ts'
import { memory } from '../../src/store/memory.ts'
import { connect, virtualClock } from '../store/fixtures.ts'
import { entryOf, setOf } from './entries.ts'

const hourMs = 3_600_000

/** Ms that a set of two hours has left after it was healed, which the escrow got so many ms before. */
async function leftOf(ageMs: number): Promise<number> {
  const store = memory()
  const clock = virtualClock()
  await store.open(clock)
  const { grant } = (await connect(store)).connection
  const entry = entryOf(grant, 9, { store: await store.identity(), at: clock.now() - ageMs, set: setOf('sealed') })
  const known = nothingKnown()
  learn(known, [serializeEntry(entry)], await store.identity())
  assert.equal((await heal(known, { store, clock })).healed, 1)
  const row = await store.grants.get(grant)
  assert.equal(row?.generation, 9)
  return (row?.expiresAt ?? 0) - clock.now()
}

test('a healed set has as much left as the time since it was kept says', async () => {
  assert.equal(await leftOf(hourMs), hourMs)
})

test('a healed set that was kept at a later time than it is now counts as ended', async () => {
  assert.equal(await leftOf(-1000), 2 * hourMs)
  assert.ok((await leftOf(-11 * 24 * hourMs)) < 0)
})

test('a healed set tells how old it is, so that one that is idle is refreshed before its refresh token ends', async () => {
  const store = memory()
  const clock = virtualClock()
  await store.open(clock)
  const { grant } = (await connect(store)).connection
  const day = 24 * hourMs
  const entry = entryOf(grant, 9, { store: await store.identity(), at: clock.now() - 20 * day, set: setOf('sealed') })
  const known = nothingKnown()
  learn(known, [serializeEntry(entry)], await store.identity())
  await heal(known, { store, clock })
  const row = await store.grants.get(grant)
  assert.ok(clock.now() - (row?.refreshAt ?? 0) > 19 * day)
})
