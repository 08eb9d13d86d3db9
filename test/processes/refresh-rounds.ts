// Several processes with many callers each, on one grant that has ended: every round must make one token request.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'

import { startHost } from '../support/host.ts'
import { openStore, type Place } from './open-store.ts'
import { startWorker } from './run-worker.ts'

export interface Rounds {
  readonly client: string
  readonly processes: number
  readonly callers: number
  readonly rounds: number
}

export async function renewOnceARound(t: TestContext, place: Place, wish: Rounds): Promise<void> {
  const host = await startHost(t, { store: openStore(place) })
  const connection = await host.connect(wish.client)
  const { calendly, calcom } = host.sandbox
  const job = {
    ...place,
    sandbox: { calendly, calcom },
    work: { kind: 'rounds', connection: connection.id, callers: wish.callers },
  } as const
  const workers = Array.from({ length: wish.processes }, () => startWorker(job))
  for (const worker of workers) assert.equal(await worker.next(), 'ready')

  for (let round = 0; round < wish.rounds; round++) {
    host.sandbox.clock.advance(3 * 3600)
    host.forget()
    for (const worker of workers) worker.say(String(host.sandbox.clock.now() - Date.now()))
    for (const worker of workers) {
      assert.deepEqual(await worker.next(), { failed: 0, first: null, generations: [round + 2] })
    }
    assert.equal(host.tokenRequests(), 1, `round ${round}`)
  }
  for (const worker of workers) worker.kill()
  for (const worker of workers) await worker.ended
}
