import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'

import { sqlite } from '../../src/store/sqlite.ts'
import { type Host, startHost } from '../support/host.ts'
import { startWorker, type Worker } from './run-worker.ts'

interface Refreshed {
  readonly host: Host
  readonly worker: Worker
  readonly connection: string
  readonly journal: string
}

/** Refreshes a grant whose response meets a full disk. */
async function refreshOntoFullDisk(t: TestContext): Promise<Refreshed> {
  const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
  t.after(() => rm(folder, { recursive: true }))
  const database = join(folder, 'punctual.db')
  const journal = join(folder, 'journal')
  const host = await startHost(t, { store: sqlite(database), journal })
  const connection = await host.connect('calcom')
  // The next process reads the journal; until then this process must not.
  host.sandbox.clock.advance(3 * 3600)
  const { calendly, calcom } = host.sandbox
  const ahead = host.sandbox.clock.now() - Date.now()
  const job = {
    database,
    journal,
    sandbox: { calendly, calcom },
    ahead,
    work: { kind: 'full disk', connection: connection.id },
  } as const
  const worker = startWorker(job, 1024)
  assert.deepEqual(await worker.next(), { journaled: true })
  for (let call = 0; call < 2; call++) {
    assert.deepEqual(await worker.next(), { failed: 0, first: null, generations: [2] })
  }
  assert.equal((await readdir(journal)).length, 1)
  return { host, worker, connection: connection.id, journal }
}

test('a refreshed token that meets a full disk is served, journaled, and stored when there is room', async (t) => {
  const { host, worker, connection, journal } = await refreshOntoFullDisk(t)
  worker.say('make room')
  const { code, errors } = await worker.ended
  assert.equal(code, 0, errors)
  assert.deepEqual(await readdir(journal), [])
  assert.equal((await (await host.punctual.connections.get(connection)).token()).generation, 2)
})

test('a refreshed token that met a full disk is stored by the process that starts next', async (t) => {
  const { host, worker, connection, journal } = await refreshOntoFullDisk(t)
  worker.kill()
  assert.equal((await worker.ended).signal, 'SIGKILL')
  host.forget()
  host.sandbox.clock.advance(60)
  const restarted = host.another()
  assert.equal((await (await restarted.connections.get(connection)).token()).generation, 2)
  assert.equal(host.tokenRequests(), 0)
  assert.deepEqual(await readdir(journal), [])
})
