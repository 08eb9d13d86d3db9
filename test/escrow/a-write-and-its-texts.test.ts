// What a write of the store leaves in the escrow, also where its answer is lost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import type { EscrowPlace } from '../../src/core/escrow-place.ts'
import { createReporter } from '../../src/core/reporter.ts'
import { openEscrow } from '../../src/escrow/open-escrow.ts'
import { emptyTables } from '../../src/store/memory/engine/tables.ts'
import { storeOnTables } from '../../src/store/memory/on-tables.ts'
import { memory } from '../../src/store/memory.ts'
import { attachment, exchanged } from '../store/fixtures.ts'

/** A place in memory. */
function placeInMemory(): EscrowPlace {
  const texts: string[] = []
  return {
    append: async (added) => void texts.push(...added),
    read: async () => ({ texts: [...texts], position: {}, bytes: 0 }),
    compact: async (keep) => void texts.splice(0, texts.length, ...keep([...texts])),
  }
}

const reporter = createReporter(systemClock, () => {})

test('an answer that was attached after the backup is not attached again', async () => {
  const tables = emptyTables()
  const store = storeOnTables(tables, systemClock)
  const place = placeInMemory()
  const open = () => openEscrow({ place, store, clock: systemClock, reporter, forget: () => {} })
  for (const id of ['attached', 'waiting']) await exchanged(store, id)
  const backup = structuredClone(tables.attempts)
  const attached = await open().writes.connections.attach(attachment('attached'))
  await place.compact((texts) => texts)
  for (const [id, row] of backup) tables.attempts.set(id, row)
  await open().heal()
  const { answer, outcome } = (await store.attempts.get('attached')) ?? {}
  assert.deepEqual([answer, outcome], [null, { connection: attached?.connection.id }])
  assert.deepEqual(
    (await store.attempts.stranded(0, 10, null)).map(({ id }) => id),
    ['waiting'],
  )
})

for (const failing of ['the row cannot be read', 'the answer is lost'])
  test(`a connection gets into the escrow with the next round where ${failing} after it was stored`, async () => {
    const store = memory()
    await store.open(systemClock)
    const away = async () => {
      throw new TypeError('away')
    }
    let isAway = true
    const grants = { ...store.grants, get: (id: string) => (isAway ? away() : store.grants.get(id)) }
    const connections = {
      ...store.connections,
      async attach(one: ReturnType<typeof attachment>) {
        const attached = await store.connections.attach(one)
        return isAway && failing === 'the answer is lost' ? away() : attached
      },
    }
    const place = placeInMemory()
    const found = { ...store, grants, connections }
    const escrow = openEscrow({ place, store: found, clock: systemClock, reporter, forget: () => {} })
    await escrow.heal()
    await exchanged(store, 'a')
    await escrow.writes.connections.attach(attachment('a')).catch(() => null)
    isAway = false
    await escrow.round()
    const { texts } = await place.read(null)
    assert.ok(
      texts.some((text) => text.includes('tokens of a')),
      texts.join('\n'),
    )
  })

test('a process that ended after the first text of the first connection keeps nobody from starting', async () => {
  const store = memory()
  await store.open(systemClock)
  const place = placeInMemory()
  const open = (found: EscrowPlace) =>
    openEscrow({ place: found, store, clock: systemClock, reporter, forget: () => {} })
  await exchanged(store, 'a')
  const onlyAttempts: EscrowPlace = {
    ...place,
    append: (texts) => place.append(texts.filter((text) => text.includes('"kind":"attempt"'))),
  }
  await open(onlyAttempts).writes.connections.attach(attachment('a'))
  await open(place).ready()
  assert.ok((await place.read(null)).texts.some((text) => text.includes('tokens of a')))
})
