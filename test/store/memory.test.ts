// The store contract on the memory store, and its own promises.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/store/memory.ts'
import { leaseClockContract } from './contract/lease-clock.ts'
import { storeContract } from './contract.ts'
import { attempt, testContract, virtualClock } from './fixtures.ts'

const factory = () => ({ store: memory(), end() {} })
storeContract('memory', factory)
testContract(leaseClockContract, factory)

test('the memory store has no folder', () => assert.equal(memory().folder, null))

test('the clock of the option is used instead of the clock of open', async () => {
  const clock = virtualClock(5000)
  const store = memory({ clock })
  await store.open(virtualClock(0))
  await store.attempts.insert(attempt('a'), 1)
  assert.equal((await store.attempts.get('a'))?.createdAt, 5000)
})
