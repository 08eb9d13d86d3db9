// An escrow that is switched on gets every live grant, and one that knows none of them later is not the right one.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { createReporter } from '../../src/core/reporter.ts'
import { escrowFolder } from '../../src/escrow/folder.ts'
import { compare, readKnown } from '../../src/escrow/heal.ts'
import { openEscrow } from '../../src/escrow/open-escrow.ts'
import type { EscrowPlace } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { entry, refreshedTokens } from '../store/fixtures.ts'
import { startHost } from '../support/host.ts'

async function startPlaces(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const store = memory()
  const host = await startHost(t, { store })
  const connections = [await host.connect('calendly'), await host.connect('calcom')]
  const place = (name: string) => escrowFolder(join(folder, name))
  const uncoveredIn = async (escrow: EscrowPlace) => {
    const { uncovered } = await compare(await readKnown(escrow, await store.identity()), store.grants)
    return uncovered
  }
  return { host, store, connections, place, uncoveredIn }
}

test('an escrow that is switched on gets the live grants that are there', async (t) => {
  const { host, store, place, uncoveredIn } = await startPlaces(t)
  const escrow = place('escrow')
  assert.equal(await uncoveredIn(escrow), 2)
  assert.equal(await store.hasEscrow(), false)
  await host.another({ escrow }).ready()
  assert.deepEqual([await uncoveredIn(escrow), await store.hasEscrow()], [0, true])
})

test('another one that is empty is refused, since nobody can tell which tokens are spent', async (t) => {
  const { host, connections, place } = await startPlaces(t)
  await host.another({ escrow: place('escrow') }).ready()
  const replica = host.another({ escrow: place('not mounted') })
  const refusal = {
    code: 'store_unavailable',
    reason: 'escrow_empty',
    message: /live grants \(2\).*punctual escrow begin/,
  }
  await assert.rejects(replica.ready(), refusal)
  host.sandbox.clock.advance(3 * 3600)
  host.forget()
  const [connection] = connections
  await assert.rejects((await replica.connections.get(connection?.id ?? '')).token(), refusal)
  assert.equal(host.tokenRequests(), 0)
  // The right one is mounted.
  const again = host.another({ escrow: place('escrow') })
  assert.equal((await (await again.connections.get(connection?.id ?? '')).token()).generation, 2)
})

test('the background puts nothing into an escrow that is refused', async (t) => {
  const { host, store, place, uncoveredIn } = await startPlaces(t)
  await host.another({ escrow: place('escrow') }).ready()
  const empty = place('not mounted')
  const reporter = createReporter(systemClock, () => {})
  const opened = openEscrow({ place: empty, store, clock: systemClock, reporter, forget: () => {} })
  const refusal = { code: 'store_unavailable', reason: 'escrow_empty' }
  await assert.rejects(opened.round(), refusal)
  assert.equal(await uncoveredIn(empty), 2)
  await assert.rejects(async () => opened.ready(), refusal)
})

test('a database without live grants may begin another escrow', async (t) => {
  const { host, store, connections, place } = await startPlaces(t)
  await host.another({ escrow: place('escrow') }).ready()
  for (const connection of connections) await connection.disconnect()
  await host.another({ escrow: place('another') }).ready()
  assert.equal(await store.hasEscrow(), true)
})

test('a database whose first grant never got into its escrow starts with it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const store = memory()
  const escrow = escrowFolder(join(folder, 'escrow'))
  const host = await startHost(t, { store })
  await host.another({ escrow }).ready()
  assert.equal(await store.hasEscrow(), false)
  // As a process that is killed after the store has the grant and before the escrow does.
  await host.connect('calendly')
  await host.another({ escrow }).ready()
  assert.equal(await store.hasEscrow(), true)
})

test('a set whose text could not be kept gets there in the round after the escrow takes texts again', async (t) => {
  const { store, place, uncoveredIn } = await startPlaces(t)
  const escrow = place('escrow')
  let isFull = false
  const append: EscrowPlace['append'] = async (texts) => {
    if (isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    await escrow.append(texts)
  }
  const reporter = createReporter(systemClock, () => {})
  const opened = openEscrow({ place: { ...escrow, append }, store, clock: systemClock, reporter, forget: () => {} })
  await opened.ready()
  assert.equal(await uncoveredIn(escrow), 0)
  isFull = true
  const [{ id = '', generation = 0 } = {}] = await store.grants.positions(null, 1)
  await opened.writes.grants.commit(id, generation, refreshedTokens('sealed'), entry)
  await opened.round()
  assert.equal(await uncoveredIn(escrow), 1)
  isFull = false
  await opened.round()
  assert.equal(await uncoveredIn(escrow), 0)
})
