// Errors that stop a Punctual from serving: `ready` rejects with the error, and it is reported as a fault.

import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { PunctualError, type Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { copy } from '../../src/store/sql/copy.ts'
import { engineOf } from '../../src/store/sql/engine/engine.ts'
import { freeze, unfreeze } from '../../src/store/sql/freeze.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { settle } from '../outbox/consumer.ts'
import { alter, faultsOf, folderOf, hastyClock } from '../support/fault-recorder.ts'
import { baseUrl, startHost, testKey } from '../support/host.ts'

const otherKey = Buffer.alloc(32, 8).toString('base64url')

describe('a database that was changed', () => {
  const changes = [
    ['alter table attempts rename column state_hash to hash', /does not have the column "\w*\.?state_hash"/],
    ['drop table attempts', /does not have the table "attempts"/],
  ] as const
  for (const [change, sentence] of changes) {
    test(`is reported once with the name, and is not ready: ${change}`, async (t) => {
      const file = join(folderOf(t), 'punctual.db')
      const host = await startHost(t, { store: sqlite(file) })
      await host.punctual.ready()
      const faults = faultsOf(host.punctual)
      alter(file, change)
      for (let round = 0; round < 3; round++) {
        const answer = await host.punctual.handler(new Request(`${baseUrl}/connect/calendly`))
        assert.equal(answer.status, 503)
      }
      await settle()
      assert.equal(faults.length, 1)
      assert.deepEqual([faults[0]?.code, faults[0]?.reason], ['store_unavailable', 'SQLITE_ERROR'])
      assert.match(faults[0]?.message ?? '', sentence)
      assert.match(faults[0]?.message ?? '', /; undo what was changed in the schema, or restore a backup\.$/)
      await assert.rejects(host.punctual.ready(), { code: 'store_unavailable', message: sentence })
    })
  }

  test('by deleting it is reported, is not ready, and accepts no webhook', async (t) => {
    const folder = folderOf(t)
    const file = join(folder, 'punctual.db')
    const host = await startHost(t, { store: sqlite(file) })
    await host.punctual.ready()
    const faults = faultsOf(host.punctual)
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`)
    assert.equal((await host.punctual.handler(new Request(`${baseUrl}/connect/calendly`))).status, 503)
    await settle()
    assert.deepEqual([faults[0]?.code, faults[0]?.reason], ['store_unavailable', 'file_moved'])
    await assert.rejects(host.punctual.ready(), { reason: 'file_moved' })
  })

  test('by copying it elsewhere is reported at start, and is not ready', async (t) => {
    const folder = folderOf(t)
    const [old, next] = [sqlite(join(folder, 'old.db')), sqlite(join(folder, 'new.db'))]
    const host = await startHost(t, { store: old, clock: systemClock })
    await host.connect('calendly')
    await host.punctual.ready()
    await host.punctual.stop()
    await old.open(systemClock)
    await next.open(systemClock)
    await copy(old, next, { progress: () => {}, check: async () => {} })
    const faults = faultsOf(host.punctual)
    await assert.rejects(host.punctual.ready(), {
      code: 'store_unavailable',
      reason: 'moved',
      message: /Start with the new database/,
    })
    host.punctual.start()
    await host.punctual.stop()
    assert.ok(faults.some(({ reason }) => reason === 'moved'))
    await host.another({ store: next }).ready()
  })
})

describe('a database that is being copied', () => {
  test('is not ready until the copy has ended', async (t) => {
    const store = sqlite(join(folderOf(t), 'punctual.db'))
    const host = await startHost(t, { store, clock: systemClock })
    await host.connect('calendly')
    await freeze(engineOf(store))
    await assert.rejects(host.punctual.ready(), { code: 'store_unavailable', reason: 'held', retryable: true })
    await unfreeze(engineOf(store))
    await host.punctual.ready()
  })
})

describe('keys that do not open what is stored', () => {
  test('are reported at start, and are not ready; a keyring with the right key is ready', async (t) => {
    const host = await startHost(t)
    await host.punctual.ready()
    await host.connect('calendly')
    const wrong = host.another({ keys: [otherKey] })
    const faults = faultsOf(wrong)
    const { message } = await wrong.ready().then(
      () => new Error('it is ready'),
      (error: PunctualError) => error,
    )
    assert.match(
      message,
      /^The keys at hand do not open the tokens in this database\. Put the key that sealed them into "keys" \(PUNCTUAL_KEYS\)/,
    )
    await assert.rejects(wrong.ready(), { code: 'store_unavailable', reason: 'unknown_key' })
    wrong.start()
    await wrong.stop()
    assert.equal(faults.filter(({ reason }) => reason === 'unknown_key').length, 1)
    await host.another({ keys: [otherKey, testKey] }).ready()
  })
})

describe('a journal that cannot be written', () => {
  test('is reported at start, and is not ready; the check creates no folder', async (t) => {
    const folder = folderOf(t)
    const file = join(folder, 'no-folder')
    writeFileSync(file, '')
    const host = await startHost(t, { journal: join(file, 'journal') })
    const faults = faultsOf(host.punctual)
    await assert.rejects(host.punctual.ready(), {
      code: 'store_unavailable',
      reason: 'journal_unwritable',
      message:
        /cannot be written \(ENOTDIR\): .* Let this process read and write the folder that "journal" \(PUNCTUAL_DATA\) names\.$/,
    })
    host.punctual.start()
    await host.punctual.stop()
    assert.equal(faults.filter(({ reason }) => reason === 'journal_unwritable').length, 1)

    const journal = join(folder, 'deep', 'journal')
    await host.another({ journal }).ready()
    assert.ok(!existsSync(join(folder, 'deep')))
  })

  test('that cannot be read is not ready', async (t) => {
    const read = async () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' })
    }
    const host = await startHost(t, { journal: { read, write: async () => {}, remove: async () => {} } })
    await assert.rejects(host.punctual.ready(), { reason: 'journal_unreadable', message: /cannot be read \(EACCES\)/ })
  })

  test('is reported once while the database is unavailable', async (t) => {
    const kept = memory()
    let isAway = true
    const commit: Store['grants']['commit'] = async (...values) => {
      if (!isAway) return kept.grants.commit(...values)
      throw new PunctualError('store_unavailable', 'The database is away.', { retryable: true })
    }
    const write = async () => {
      throw Object.assign(new Error('no'), { code: 'EROFS' })
    }
    const host = await startHost(t, {
      journal: { write, read: async () => new Map(), remove: async () => {} },
      store: { ...kept, grants: { ...kept.grants, commit } },
      clock: { ...hastyClock, now: () => host.sandbox.clock.now() },
    })
    const faults = faultsOf(host.punctual)
    const connection = await host.connect('calendly')
    for (let time = 0; time < 2; time++) {
      host.sandbox.clock.advance(3 * 3600)
      await connection.token()
    }
    assert.deepEqual(
      faults.filter(({ code }) => code === 'journal_unwritable').map(({ reason }) => reason),
      ['EROFS'],
    )
    isAway = false
  })
})
