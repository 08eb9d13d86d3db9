import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { createBookingKeyRecords } from '../../src/records/booking-keys.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { bookingKey, virtualClock } from '../store/fixtures.ts'
import { testKey } from '../support/host.ts'

const request = JSON.stringify({ attendee: { name: 'Ann', email: 'ann@example.com' } })
const otherKey = Buffer.alloc(32, 9).toString('base64url')
const minute = 60_000

test('what is requested under a booking key is sealed for its row, and opened for the caller that claims it', async () => {
  const store = memory()
  const clock = virtualClock()
  await store.open(clock)
  const records = (key: string) =>
    createBookingKeyRecords({ store, vault: createVault(createKeyring([key]), systemRandom) })
  const { row, isMine } = await records(testKey).claim(bookingKey('k', { request }), minute)
  assert.deepEqual([isMine, row.request()], [true, request])
  assert.doesNotMatch(JSON.stringify(await store.bookingKeys.get('c1', 'k')), /ann|Ann/)

  const unreadable = (reason: string) => ({ code: 'value_unreadable', reason })
  const ofAnother = await records(otherKey).get('c1', 'k')
  assert.throws(() => ofAnother?.request(), unreadable('unknown_key'))

  const stored = await store.bookingKeys.get('c1', 'k')
  for (const place of [{ key: 'another' }, { connection: 'c2' }]) {
    const moved = bookingKey('k', { ...place, request: stored?.request ?? '' })
    await store.bookingKeys.claim(moved, minute)
    const found = await records(testKey).get(moved.connection, moved.key)
    assert.throws(() => found?.request(), unreadable('damaged'), 'it opens in another row')
  }

  // One that does not open keeps no other from being taken, and stays.
  clock.pass(minute)
  const due = await records(testKey).takeDue(10, minute)
  const opened = due.flatMap((one) => {
    try {
      return one.request()
    } catch {
      return []
    }
  })
  assert.deepEqual([due.length, opened], [3, [request]])
  assert.ok(await store.bookingKeys.get('c1', 'another'))
})
