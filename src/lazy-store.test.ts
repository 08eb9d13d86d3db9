import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './core/clock.ts'
import type { Store } from './core/store/store.ts'
import { lazyStore } from './lazy-store.ts'
import { memory } from './store/memory.ts'

const silent = { failed: () => {}, worked: () => {} }

/** A store that counts how often it is opened and read, and fails to open while it is away. */
function counted() {
  const inner = memory()
  const seen = { opens: 0, reads: 0, isAway: false }
  const store: Store = {
    ...inner,
    async open(clock) {
      seen.opens++
      if (seen.isAway) throw new RangeError('away')
      await inner.open(clock)
    },
    grants: {
      ...inner.grants,
      get(id) {
        seen.reads++
        return inner.grants.get(id)
      },
    },
  }
  return { seen, lazy: lazyStore(store, systemClock, silent) }
}

test('the first operation opens the store, and an operation of an open store begins at once', async () => {
  const { seen, lazy } = counted()
  await Promise.all([lazy.grants.get('a'), lazy.grants.get('b')])
  assert.deepEqual([seen.opens, seen.reads], [1, 2])
  const reading = lazy.grants.get('c')
  assert.equal(seen.reads, 3)
  assert.equal(await reading, null)
  assert.equal(seen.opens, 1)
})

test('a store that could not be opened is opened again, and so is one that was closed', async () => {
  const { seen, lazy } = counted()
  seen.isAway = true
  await assert.rejects(lazy.grants.get('a'), RangeError)
  seen.isAway = false
  await lazy.grants.get('a')
  assert.deepEqual([seen.opens, seen.reads], [2, 1])
  await lazy.close()
  await lazy.grants.get('a')
  assert.deepEqual([seen.opens, seen.reads], [3, 2])
})

test('what worked is reported by its place', async () => {
  const worked: string[] = []
  const inner = memory()
  const lazy = lazyStore(inner, systemClock, { failed: () => {}, worked: (place) => worked.push(place) })
  await lazy.grants.get('a')
  await lazy.connections.tokenOf('a')
  await lazy.ping()
  assert.deepEqual(worked, ['store grants.get', 'store connections.tokenOf', 'store ping'])
})

test('an operation that comes while the store is being closed opens it again after that, and none is disturbed', async () => {
  const inner = memory()
  const log: string[] = []
  const closing = Promise.withResolvers<void>()
  const reading = Promise.withResolvers<void>()
  const store: Store = {
    ...inner,
    async open(clock) {
      log.push('opens')
      await inner.open(clock)
    },
    async close() {
      log.push('closes')
      await closing.promise
      log.push('is closed')
    },
    grants: {
      ...inner.grants,
      async get(id) {
        log.push(`reads ${id}`)
        if (id === 'slow') await reading.promise
        return inner.grants.get(id)
      },
    },
  }
  const lazy = lazyStore(store, systemClock, silent)
  await lazy.ping()
  const slow = lazy.grants.get('slow')
  const closed = lazy.close()
  const again = lazy.close()
  reading.resolve()
  await slow
  const newcomers = [lazy.grants.get('a'), lazy.grants.get('b')]
  await new Promise((resolve) => setImmediate(resolve))
  closing.resolve()
  await Promise.all([closed, again, ...newcomers])
  assert.deepEqual(log, ['opens', 'reads slow', 'closes', 'is closed', 'opens', 'reads a', 'reads b'])
})
