import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'

import { sqlite } from '../../src/store/sqlite.ts'
import { startHost } from '../journeys/host.ts'
import { startWorker } from './run-worker.ts'

const rounds = 200
const callers = 200

for (const client of ['calendly', 'calcom']) {
  it(`three processes with ${callers} callers each make one token request a round: ${client}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
    t.after(() => rm(folder, { recursive: true }))
    const database = join(folder, 'punctual.db')
    const host = await startHost(t, { store: sqlite(database) })
    const connection = await host.connect(client)
    const { calendly, calcom } = host.sandbox
    const job = {
      database,
      sandbox: { calendly, calcom },
      work: { kind: 'rounds', connection: connection.id, callers },
    } as const
    const workers = [1, 2, 3].map(() => startWorker(job))
    for (const worker of workers) assert.equal(await worker.next(), 'ready')

    for (let round = 0; round < rounds / 2; round++) {
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
  })
}
