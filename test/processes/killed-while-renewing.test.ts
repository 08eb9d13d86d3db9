import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'

import { PunctualError } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { startHost } from '../journeys/host.ts'
import { runWorker } from './run-worker.ts'

const kills = 100

describe('a process killed while it renews', () => {
  for (const client of ['calendly', 'calcom']) {
    it(`leaves a grant that works, or one whose lost answer is known as such: ${client}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
      t.after(() => rm(folder, { recursive: true }))
      const database = join(folder, 'punctual.db')
      const host = await startHost(t, { store: sqlite(database) })
      const { calendly, calcom } = host.sandbox
      const outcomes = { works: 0, lost: 0 }
      let connection = await host.connect(client)
      for (let killed = 0, fatal = 0; killed < kills / 2; fatal++) {
        host.sandbox.clock.advance(3 * 3600)
        const before = issued(host)
        const ended = await runWorker({
          database,
          sandbox: { calendly, calcom },
          ahead: host.sandbox.clock.now() - Date.now(),
          fatal,
          work: { kind: 'token', connection: connection.id, callers: 3 },
        })
        if (ended.signal !== 'SIGKILL') {
          assert.equal(ended.code, 0, ended.errors)
          fatal = -1
          continue
        }
        killed++
        const committedThere = issued(host) > before

        // The restart: half a minute later the dead process's lease has ended.
        host.sandbox.clock.advance(60)
        host.forget()
        try {
          await connection.token()
          outcomes.works++
        } catch (error) {
          assert.ok(error instanceof PunctualError)
          assert.deepEqual([error.code, error.reason], ['needs_reconnect', 'outcome_unknown'])
          assert.ok(committedThere, 'a grant was given up whose token had not been spent')
          outcomes.lost++
          await assert.rejects(connection.token(), { code: 'needs_reconnect' })
          assert.ok(host.tokenRequests() <= 1, 'a silent loop')
          connection = await host.connect(client)
        }
      }
      assert.ok(outcomes.works > outcomes.lost && outcomes.lost > 0, JSON.stringify(outcomes))
    })
  }
})

/** Token requests that the provider has granted. */
function issued(host: Awaited<ReturnType<typeof startHost>>): number {
  return host.sandbox.requests().filter(({ path, status }) => path.endsWith('/token') && status === 200).length
}
