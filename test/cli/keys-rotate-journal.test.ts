// `punctual keys rotate` and the journal: an entry is sealed again where it stands, also while no process works there.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { PunctualError, type Store } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { startHost, testKey } from '../support/host.ts'
import { hurriedClock } from '../support/virtual-clock.ts'
import { emptyFolder, run } from './start.ts'

const newKey = Buffer.alloc(32, 9).toString('base64url')
const idOf = (key: string) => createKeyring([key]).current

interface Rotated {
  readonly inJournal: number
  readonly waiting: number
  readonly unreadable: readonly { table: string; row: string; why: string }[]
}

/** A refreshed token that is in the journal alone, and no process that works there. */
async function withEntry(t: TestContext) {
  const folder = emptyFolder()
  const [database, data] = [join(folder, 'punctual.db'), join(folder, 'data')]
  const journal = join(data, 'journal')
  let isAway = false
  const own = sqlite(database)
  const grants: Store['grants'] = {
    ...own.grants,
    async commit(...how) {
      if (isAway) throw new PunctualError('store_unavailable', 'Away.', { reason: 'ECONNREFUSED', retryable: true })
      return own.grants.commit(...how)
    },
  }
  const clock = hurriedClock(() => host.sandbox.clock.now())
  const host = await startHost(t, { store: { ...own, grants }, journal, clock })
  const { id } = await host.connect('calcom')
  host.sandbox.clock.advance(3 * 3600)
  isAway = true
  const { accessToken } = await (await host.punctual.connections.get(id)).token()
  await host.punctual.stop()
  const [file = '', ...others] = readdirSync(journal)
  assert.deepEqual(others, [])
  const settings = { PUNCTUAL_DATABASE: database, PUNCTUAL_DATA: data, PUNCTUAL_KEYS: `${newKey},${testKey}` }
  const rotate = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(['keys', 'rotate', ...words, '--json'], settings, folder)
    assert.equal(stderr, '')
    return { code, ...(JSON.parse(stdout) as Rotated) }
  }
  return { host, id, accessToken, clock, folder, database, journal, file, path: join(journal, file), settings, rotate }
}

test('an entry is sealed again in its file, and a process with the new key alone brings it to the database', async (t) => {
  const { host, id, accessToken, clock, folder, database, journal, path, settings, rotate } = await withEntry(t)
  const before = readFileSync(path, 'utf8')
  const planned = await rotate('--dry-run')
  assert.deepEqual([planned.inJournal, readFileSync(path, 'utf8')], [1, before])

  const first = await rotate()
  assert.deepEqual([first.code, first.inJournal, first.unreadable], [1, 1, []], 'a process may have read it before')
  const second = await rotate()
  assert.equal(second.inJournal, 0)
  const status = await run(['keys', 'status'], settings, folder)
  assert.match(status.stdout, new RegExp(`^${idOf(newKey)} +seals .*journal 2`, 'm'), status.stdout)
  assert.doesNotMatch(status.stdout, new RegExp(`^${idOf(testKey)}.*journal`, 'm'))

  const faults: string[] = []
  const alone = host.another({ keys: [newKey], store: sqlite(database), journal, clock })
  alone.on((event) => event.type === 'fault' && faults.push(event.message))
  const token = await (await alone.connections.get(id)).token()
  assert.equal(token.accessToken, accessToken)
  await alone.stop()
  assert.deepEqual([readdirSync(journal), faults], [[], []])
  const last = await rotate()
  assert.deepEqual([last.code, last.inJournal, last.waiting], [0, 0, 0])
})

test('a file that does not open, or is not an entry, is reported by its name and stays', async (t) => {
  const { journal, path, file, settings, folder, rotate } = await withEntry(t)
  const text = readFileSync(path, 'utf8').replace(/(p1\.[\w-]{8}\.)\w{8}/, '$1AAAAAAAA')
  writeFileSync(path, text)
  writeFileSync(join(journal, 'rubbish.json'), '{"renewal":')
  const { code, inJournal, unreadable } = await rotate()
  assert.equal(code, 1)
  assert.ok(inJournal <= 1)
  const found = unreadable.filter(({ table }) => table === 'journal')
  assert.deepEqual([...new Set(found.map(({ row }) => row))].sort(), [file, 'rubbish.json'].sort())
  assert.match(
    found.find(({ row }) => row === 'rubbish.json')?.why ?? '',
    /^journal file rubbish\.json: .*stays as it is/,
  )
  assert.equal(readFileSync(join(journal, 'rubbish.json'), 'utf8'), '{"renewal":')
  assert.equal(readFileSync(path, 'utf8').split('\n')[0], text)
  const shown = await run(['keys', 'rotate'], settings, folder)
  assert.equal(shown.code, 1)
  assert.match(shown.stdout, /^✘ journal file rubbish\.json: it is not a complete journal entry\./m)
})
