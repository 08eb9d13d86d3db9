// Several processes with many callers each, on one expired grant: every round must make one token request.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'

import { startHost } from '../support/host.ts'
import { type Database, openStore } from './open-store.ts'
import { startWorker } from './run-worker.ts'

export interface Rounds {
  readonly client: string
  readonly processes: number
  readonly callers: number
  readonly rounds: number
}

export async function refreshOnceARound(t: TestContext, place: Database, options: Rounds): Promise<void> {
  const host = await startHost(t, { store: openStore(place) })
  const connection = await host.connect(options.client)
  const { calendly, calcom } = host.sandbox
  const job = {
    ...place,
    sandbox: { calendly, calcom },
    work: { kind: 'rounds', connection: connection.id, callers: options.callers },
  } as const
  const workers = Array.from({ length: options.processes }, () => startWorker(job))
  for (const worker of workers) assert.equal(await worker.next(), 'ready')

  for (let round = 0; round < options.rounds; round++) {
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
