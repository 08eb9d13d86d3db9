// The store contract on SQLite, on a file of its own per test, and the promises about files: modes, refusals, failures.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sqlite } from '../../src/store/sqlite.ts'
import { leaseClockContract } from './contract/lease-clock.ts'
import { storeContract } from './contract.ts'
import { attempt, claimBy, connect, entry, refreshedTokens, testContract, virtualClock } from './fixtures.ts'

const factory = () => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  return { store: sqlite(join(folder, 'punctual.db')), end: () => rmSync(folder, { recursive: true }) }
}
storeContract('sqlite', factory)
testContract(leaseClockContract, factory)

test('only their owner can read the file, its journal and its folder', async (t) => {
  const file = join(place(t), 'new', 'deep', 'punctual.db')
  const store = sqlite(file)
  await store.open(virtualClock())
  await connect(store)
  const folder = join(file, '..')
  assert.deepEqual(readdirSync(folder), ['punctual.db', 'punctual.db-shm', 'punctual.db-wal'])
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  await store.close()
})

test('several stores on one file, in one process, wait for each other', async (t) => {
  const file = join(place(t), 'punctual.db')
  const stores = Array.from({ length: 4 }, () => sqlite(file))
  await Promise.all(stores.map((store) => store.open(virtualClock())))
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => {
      const store = stores[index % 4]
      return store && connect(store, { owner: `owner ${index}` })
    }),
  )
  assert.deepEqual(
    answers.map((answer) => answer?.generation ?? 0).sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, index) => index + 1),
  )
  await Promise.all(stores.map((store) => store.close()))
})

test('a path that does not name a file is refused as a wrong option', () => {
  for (const path of ['', ':memory:', 'postgres://app@db.example/punctual', undefined as never])
    assert.throws(() => sqlite(path), {
      name: 'PunctualError',
      code: 'invalid_argument',
      message: /^sqlite: path must be/,
    })
})

const refusals: [string, string, RegExp, (file: string) => void][] = [
  ['a directory', 'EISDIR', /is a directory; name a file in it, such as .+\/punctual.db\.$/, (file) => mkdirSync(file)],
  [
    'a file that is not a database',
    'SQLITE_NOTADB',
    /is not a SQLite database; name another path/,
    (file) => writeFileSync(file, 'Dear diary, '.repeat(1000)),
  ],
  ['a short file that is not a database', 'SQLITE_NOTADB', /is not a SQLite/, (file) => writeFileSync(file, 'hello')],
  [
    "another program's database",
    'foreign_database',
    /is another program's database; name another path\.$/,
    (file) => alter(file, 'create table grants (id text)'),
  ],
]
for (const [what, reason, sentence, make] of refusals)
  test(`${what} is refused with a sentence, and left as it is`, async (t) => {
    const file = join(place(t), 'x')
    make(file)
    const before = statSync(file).size
    const message = new RegExp(`^${file} ${sentence.source}`)
    await assert.rejects(sqlite(file).open(virtualClock()), { code: 'store_unavailable', reason, message })
    assert.equal(statSync(file).size, before)
  })

test('a folder that cannot be created is refused with a sentence', async (t) => {
  const folder = place(t)
  writeFileSync(join(folder, 'x'), '')
  const store = sqlite(join(folder, 'x', 'punctual.db'))
  await assert.rejects(store.open(virtualClock()), {
    code: 'store_unavailable',
    message: /x\/punctual\.db cannot be opened \(ENOTDIR|EEXIST\); name/,
  })
})

test('a file without write permission is refused with a sentence', async (t) => {
  const folder = place(t)
  const file = join(folder, 'punctual.db')
  const store = sqlite(file)
  await store.open(virtualClock())
  await store.close()
  chmodSync(file, 0o444)
  chmodSync(folder, 0o777)
  // Root can write every file, so another user tries.
  const source = `import { sqlite } from '${join(import.meta.dirname, '../../src/store/sqlite.ts')}'
    try { await sqlite('${file}').open({ now: () => 0 }) } catch (error) { console.log(error.code, error.message) }`
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { ...nobody, encoding: 'utf8' })
  assert.equal(
    stdout,
    `store_unavailable ${file} cannot be written; give this process write access to the file and its folder, or name another path.\n`,
  )
})

test('an older Punctual refuses the file of a newer one, and leaves it alone', async (t) => {
  const file = join(place(t), 'punctual.db')
  const store = sqlite(file)
  await store.open(virtualClock())
  await store.close()
  alter(file, "insert into punctual_migrations values ('9999_later', '2031-01-01T00:00:00.000Z')")
  await assert.rejects(store.open(virtualClock()), {
    code: 'store_unavailable',
    reason: 'newer_schema',
    retryable: false,
    message: `${file} was written by a newer version of Punctual; update this one, or use the database that belongs to it.`,
  })
  alter(file, "delete from punctual_migrations where name = '9999_later'")
  await store.open(virtualClock())
  await store.ping()
  await store.close()
})

test('every operation of a closed store rejects with not_open', async (t) => {
  const store = sqlite(join(place(t), 'punctual.db'))
  await store.open(virtualClock())
  const running = connect(store)
  await running
  await store.close()
  const closed = { name: 'PunctualError', code: 'store_unavailable', retryable: true, reason: 'not_open' }
  await assert.rejects(store.ping(), closed)
  await assert.rejects(store.grants.get('x'), closed)
  await assert.rejects(connect(store), closed)
})

test('closing waits for the transaction that runs', async (t) => {
  const store = sqlite(join(place(t), 'punctual.db'))
  await store.open(virtualClock())
  const { connection } = await connect(store)
  const detached = store.connections.detach(connection.id, { type: 'x', data: {} })
  await store.close()
  assert.equal((await detached)?.closing, true)
})

test('a deleted file is not written, and no grant is claimed in it', async (t) => {
  const folder = place(t)
  const file = join(folder, 'punctual.db')
  const store = sqlite(file)
  await store.open(virtualClock())
  await store.ping()
  const { grant } = (await connect(store)).connection
  renameSync(file, join(folder, 'elsewhere.db'))
  const moved = { code: 'store_unavailable', reason: 'file_moved', retryable: false }
  await assert.rejects(store.ping(), moved)
  await assert.rejects(store.grants.claim(grant, 1, claimBy('w')), moved)
  await assert.rejects(store.grants.commit(grant, 1, refreshedTokens('t2'), entry), moved)
  writeFileSync(file, '')
  await assert.rejects(store.ping(), moved)
  await assert.rejects(connect(store), moved)
  const row = await store.grants.get(grant)
  assert.deepEqual([row?.generation, row?.leaseOwner], [1, null])
  await store.close()
})

test('due grants are found by their index', async (t) => {
  const file = join(place(t), 'punctual.db')
  const store = sqlite(file)
  await store.open(virtualClock())
  await store.attempts.insert(attempt('a'), 1)
  await store.close()
  const database = new DatabaseSync(file)
  const plan = database
    .prepare(
      `explain query plan select id from grants where status = 'live' and client = ? and due_at <= ? and retry_at <= ? order by due_at, id limit ?`,
    )
    .all('calendly', 1, 1, 1)
  assert.match(JSON.stringify(plan), /grants_due .*client=. AND due_at</)
  database.close()
})

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function alter(file: string, statement: string): void {
  const database = new DatabaseSync(file)
  database.exec(statement)
  database.close()
}
