// A round of the keeper goes on until nothing is due, for each client by itself. The clock stands still unless a test moves
// it: what is refreshed without that is refreshed in the first round.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { memory } from '../../src/store/memory.ts'
import { atRest, type DueGrants, startDueGrants } from '../support/due-grants.ts'

const hiddenForMs = 60_000
const roundMs = 15_000

function assertEachOnce({ presented }: DueGrants, count: number): void {
  assert.equal(presented.size, count)
  assert.deepEqual(
    [...presented].filter(([, times]) => times !== 1),
    [],
  )
}

/** A door that lets no request through until it is opened. */
function door(): { readonly wait: () => Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { wait: () => promise, open: resolve }
}

describe('a round', () => {
  test('refreshes 2500 due grants, each once, and so many at once as the option says', async (t) => {
    const grants = await startDueGrants(memory(), { one: 2000, two: 500 })
    grants.before = () => new Promise((resolve) => setImmediate(resolve))
    const punctual = grants.start({ refreshConcurrency: 20 })
    t.after(() => punctual.stop())
    await Promise.all([grants.refreshed('one', 2000), grants.refreshed('two', 500)])
    assertEachOnce(grants, 2500)
    assert.deepEqual([grants.requests('one').most, grants.requests('two').most], [20, 20])
  })

  test('delays no grant of another client while a provider hangs, and leaves the rest to other processes', async (t) => {
    const store = memory()
    const grants = await startDueGrants(store, { hanging: 500, other: 300 })
    const hanging = door()
    grants.before = (client) => (client === 'hanging' ? hanging.wait() : Promise.resolve())
    const punctual = grants.start({ refreshConcurrency: 8 })
    t.after(() => punctual.stop())
    await grants.refreshed('other', 300)
    await atRest()
    assert.equal(grants.requests('hanging').underWay, 8)
    // Eight more are claimed and wait for a place.
    assert.equal((await store.grants.takeDue('hanging', 500, 1)).length, 500 - 16)

    // When their claim has ended, another process may have them: they are claimed again before they are begun.
    grants.clock.pass(hiddenForMs)
    const theirs = await store.grants.takeDue('hanging', 8, hiddenForMs)
    assert.equal(theirs.length, 8)
    hanging.open()
    await grants.refreshed('hanging', 500 - 8)
    await atRest()
    assertEachOnce(grants, 800 - 8)
  })

  test('is shared by the processes on one store', async (t) => {
    const grants = await startDueGrants(memory(), { one: 600 })
    grants.before = () => new Promise((resolve) => setImmediate(resolve))
    const own = { first: 0, second: 0 }
    for (const name of ['first', 'second'] as const) {
      const punctual = grants.start({ refreshConcurrency: 8 })
      punctual.on(({ type }) => type === 'grant.renewed' && own[name]++)
      t.after(() => punctual.stop())
    }
    await grants.refreshed('one', 600)
    assertEachOnce(grants, 600)
    assert.ok(own.first >= 200 && own.second >= 200, JSON.stringify(own))
  })

  test('ends with the refreshes under way when the process stops, and another process refreshes the rest', async (t) => {
    const grants = await startDueGrants(memory(), { one: 300 })
    const held = door()
    grants.before = () => (grants.requests('one').all > 40 ? held.wait() : Promise.resolve())
    const punctual = grants.start({ refreshConcurrency: 8 })
    await grants.refreshed('one', 40)
    await atRest()
    assert.equal(grants.requests('one').underWay, 8)
    const stopped = punctual.stop()
    held.open()
    await stopped
    assert.equal(grants.requests('one').all, 48)
    const next = grants.start()
    t.after(() => next.stop())
    // What the first process had claimed and not begun.
    await grants.refreshed('one', 300 - 8)
    await pass(grants, hiddenForMs + roundMs)
    await grants.refreshed('one', 300)
    assertEachOnce(grants, 300)
  })

  test('ends when the provider gives no tokens, and the next one tries again', async (t) => {
    const grants = await startDueGrants(memory(), { one: 300, other: 1 })
    grants.status = 503
    const punctual = grants.start({ refreshConcurrency: 8 })
    t.after(() => punctual.stop())
    await atRest()
    const { all } = grants.requests('one')
    assert.ok(all >= 10 && all < 30, `${all} requests`)
    assert.equal(grants.requests('other').all, 1)
    grants.status = 200
    const claimed = Math.ceil(all / 8) * 8
    await pass(grants, roundMs)
    await grants.refreshed('one', 300 - claimed)
    await pass(grants, hiddenForMs + roundMs)
    await grants.refreshed('one', 300)
    assert.equal(grants.requests('one').all, 300 + all)
  })
})

/** Lets time pass in steps of a second, and lets the keeper work after each. */
async function pass({ clock }: DueGrants, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1000) {
    clock.pass(1000)
    await atRest()
  }
}
