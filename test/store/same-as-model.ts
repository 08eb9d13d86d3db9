// SQLite against the memory store as its model: the same random operations have the same results and leave the same
// rows. The simulation uses the memory store alone; the model tests bridge it to SQLite, and the store contract to
// Postgres.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { PunctualError } from '../../src/core/errors.ts'
import { announcedTypes } from '../../src/core/events.ts'
import type { Store } from '../../src/core/store/store.ts'
import { memory } from '../../src/store/memory.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { virtualClock } from './fixtures.ts'

type Operation = (store: Store) => Promise<unknown>

/** An operation whose result must be the same, with its name for a failing example. */
export function does<Values extends unknown[]>(
  name: string,
  values: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  run: (store: Store, ...values: Values) => Promise<unknown>,
): fc.Arbitrary<Operation> {
  return fc.tuple<Values>(...values).map((drawn) =>
    Object.assign((store: Store) => run(store, ...drawn), {
      [fc.toStringMethod]: () => `${name}(${fc.stringify(drawn)})`,
    }),
  )
}

// Sometimes enough time passes for a sweep to trust the clock.
const pass = fc
  .oneof(
    { arbitrary: fc.integer({ min: 0, max: 40_000 }), weight: 4 },
    { arbitrary: fc.constant(1_800_000), weight: 1 },
  )
  .map((time) => ({ pass: time }))

/** Runs operations on both stores, with time between them. `everything` reads the rows that must then be the same. */
export async function sameAsModel(
  operation: fc.Arbitrary<Operation>,
  everything: (store: Store) => Promise<unknown>,
  numRuns = 100,
): Promise<void> {
  const step = fc.oneof({ arbitrary: operation, weight: 4 }, { arbitrary: pass, weight: 1 })
  let done = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'punctual-model-'))
      const clock = virtualClock()
      const model = memory()
      const real = sqlite(join(folder, 'punctual.db'))
      try {
        for (const store of [model, real]) {
          await store.open(clock)
          store.announce(announcedTypes)
        }
        for (const step of steps) {
          done++
          if ('pass' in step) clock.pass(step.pass)
          else assert.deepEqual(await answer(step, real), await answer(step, model))
        }
        assert.deepEqual(await everything(real), await everything(model))
      } finally {
        await real.close()
        rmSync(folder, { recursive: true })
      }
    }),
    { numRuns },
  )
  assert.ok(done > numRuns * 5)
}

async function answer(operation: Operation, store: Store): Promise<unknown> {
  return operation(store).catch((error: unknown) => {
    if (error instanceof PunctualError) return { code: error.code, retryable: error.retryable }
    throw error
  })
}
