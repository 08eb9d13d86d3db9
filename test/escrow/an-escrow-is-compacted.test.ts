// When the background compacts an escrow, and what it makes good of that.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import type { EscrowPlace } from '../../src/core/escrow-place.ts'
import { createReporter } from '../../src/core/reporter.ts'
import { serializeEntry } from '../../src/escrow/entry.ts'
import { openEscrow } from '../../src/escrow/open-escrow.ts'
import { memory } from '../../src/store/memory.ts'
import { connect } from '../store/fixtures.ts'
import { entryOf } from './entries.ts'

test('what a compaction has lost of a live grant is put there again', async () => {
  const store = memory()
  await store.open(systemClock)
  const { grant } = (await connect(store)).connection
  let texts: string[] = []
  const place: EscrowPlace = {
    append: async (added) => void texts.push(...added),
    read: async () => ({ texts, position: {}, bytes: 2_000_000 }),
    async compact() {
      texts = []
    },
  }
  const reporter = createReporter(systemClock, () => {})
  const escrow = openEscrow({ place, store, clock: systemClock, reporter, forget: () => {} })
  await escrow.ready()
  assert.match(texts.join(), new RegExp(grant))
  texts.push(...texts, ...texts, ...texts)
  await escrow.round()
  assert.deepEqual(texts, [])
  await escrow.round()
  assert.match(texts.join(), new RegExp(grant))
})

test('an escrow is compacted once it is large and most of it is old', async () => {
  const store = memory()
  await store.open(systemClock)
  const texts = Array.from({ length: 40 }, (_, index) => serializeEntry(entryOf('g', index)))
  let [bytes, compacted] = [900_000, 0]
  const place: EscrowPlace = {
    append: async () => {},
    read: async (since) => ({ texts: since === null ? texts : [], position: {}, bytes }),
    async compact() {
      compacted++
    },
  }
  const reporter = createReporter(systemClock, () => {})
  const escrow = openEscrow({ place, store, clock: systemClock, reporter, forget: () => {} })
  await escrow.round()
  assert.equal(compacted, 0)
  bytes = 2_000_000
  await escrow.round()
  assert.equal(compacted, 1)
})
