import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecentMap } from './recent-map.ts'

test('has the newest value of a key or none, and never more entries than it may', () => {
  const key = fc.nat({ max: 12 })
  const step = fc.oneof(
    fc.record({ get: key }),
    fc.record({ set: key, value: fc.nat() }),
    fc.record({ delete: key }),
    fc.constant('clear' as const),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const map = createRecentMap<number, number>({ most: 6 })
      const all = new Map<number, number>()
      for (const one of steps) {
        if (one === 'clear') {
          map.clear()
          all.clear()
        } else if ('get' in one) {
          const found = map.get(one.get)
          assert.ok(found === undefined || found === all.get(one.get))
        } else if ('set' in one) {
          map.set(one.set, one.value)
          all.set(one.set, one.value)
          assert.equal(map.get(one.set), one.value)
        } else {
          map.delete(one.delete)
          all.delete(one.delete)
        }
      }
      const held = Array.from({ length: 13 }, (_, key) => map.get(key)).filter((value) => value !== undefined)
      assert.ok(held.length <= 6, `${held.length} entries`)
    }),
  )
})

test('keeps what is used while others pass through', () => {
  const map = createRecentMap<string, number>({ most: 10 })
  map.set('used', 1)
  map.set('unused', 1)
  for (let passing = 0; passing < 100; passing++) {
    map.set(`passing ${passing}`, passing)
    assert.equal(map.get('used'), 1)
  }
  assert.equal(map.get('unused'), undefined)
  assert.equal(map.get('passing 99'), 99)
})

test('forgets what has not been used for twice the time, and keeps what has', () => {
  let now = 5000
  const map = createRecentMap<string, number>({ most: 10, unusedMs: 1000, clock: { monotonic: () => now } })
  map.set('used', 1)
  map.set('unused', 1)
  for (let passed = 0; passed < 4; passed++) {
    now += 600
    assert.equal(map.get('used'), 1)
  }
  assert.equal(map.get('unused'), undefined)
  now += 2000
  assert.equal(map.get('used'), undefined)
})
