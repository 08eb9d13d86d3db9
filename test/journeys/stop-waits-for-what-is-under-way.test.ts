// `stop()` resolves when nothing is under way, however late it began: the answer to a refresh may be lost
// with the process otherwise.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection, PunctualOptions } from '../../src/index.ts'
import { startHost } from '../support/host.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn()
}

/** A fetch that counts the refreshes under way, and holds their answers back until `release`. */
function heldFetch() {
  const gate = Promise.withResolvers<void>()
  const sent = Promise.withResolvers<void>()
  const seen = { underWay: 0 }
  const fetch: NonNullable<PunctualOptions['fetch']> = async (input, init) => {
    const isRefresh = String(init?.body ?? '').includes('refresh_token')
    if (!isRefresh) return globalThis.fetch(input, init)
    seen.underWay++
    sent.resolve()
    await gate.promise
    return globalThis.fetch(input, init).finally(() => seen.underWay--)
  }
  return { fetch, seen, sent: sent.promise, release: gate.resolve }
}

test('stop waits for a refresh that a handler begins while it ends', async (t) => {
  const handling = Promise.withResolvers<void>()
  const stopping = Promise.withResolvers<void>()
  const held = heldFetch()
  let connection: Connection | null = null
  let token: Promise<unknown> | null = null
  const host = await startHost(t, {
    keepWarm: 'never',
    fetch: held.fetch,
    deliverTo: async () => {
      handling.resolve()
      await stopping.promise
      await turns(20)
      // Longer than any token lives.
      token ??= connection?.token({ minimumValidityMs: 86_400_000 }) ?? null
    },
  })
  connection = await host.connect('calendly')
  await handling.promise
  let isStopped = false
  const stopped = host.punctual.stop().then(() => {
    isStopped = true
  })
  stopping.resolve()
  await held.sent
  await turns(50)
  assert.equal(isStopped, false)
  held.release()
  await stopped
  assert.equal(held.seen.underWay, 0)
  assert.equal(((await token) as { generation?: number } | null)?.generation, 2)
  assert.equal(
    (
      await host
        .another()
        .connections.get(connection.id)
        .then((again) => again.token())
    ).generation,
    2,
  )
})

test('stop waits for a token that was asked for a moment before, and one that is asked for meanwhile is served', async (t) => {
  const host = await startHost(t, { keepWarm: 'never' })
  const { id } = await host.connect('calendly')
  for (let moments = -30; moments <= 30; moments += 4) {
    host.sandbox.clock.advance(3 * 3600)
    const held = heldFetch()
    const punctual = host.another({ fetch: held.fetch })
    const connection = await punctual.connections.get(id)
    let isStopped = false
    const stop = () =>
      punctual.stop().then(() => {
        isStopped = true
      })
    const isBefore = moments < 0
    const early = isBefore ? connection.token() : stop()
    for (let left = Math.abs(moments); left > 0; left--) await null
    const late = isBefore ? stop() : connection.token()
    await held.sent
    await turns(20)
    const stoppedEarly = isStopped
    held.release()
    await Promise.all([early, late])
    if (isBefore) assert.equal(stoppedEarly, false, `${-moments} moments`)
    assert.equal(held.seen.underWay, 0)
  }
})
