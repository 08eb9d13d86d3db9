import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFirstKey } from '../../src/cli/commands/first-key.ts'
import { systemClock } from '../../src/core/clock.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { emptyFolder, run } from './start.ts'

function keysIn(folder: string = emptyFolder()) {
  const settings = { PUNCTUAL_DATA: join(folder, 'data') }
  return { folder, command: (...words: string[]) => run(['api-keys', ...words], settings, folder) }
}

/** The same with a database, as `punctual migrate` makes it. */
async function database() {
  const desk = keysIn()
  const { code } = await run(['migrate'], { PUNCTUAL_DATA: join(desk.folder, 'data') }, desk.folder)
  assert.equal(code, 0)
  return desk
}

test('a key is made before the service has run, is shown once, and is listed without its secret', async () => {
  const { folder, command } = await database()
  const made = await command('create', '--name', 'back end', '--scope', 'connections:read', 'calls', '--owner', 'ada')
  assert.deepEqual([made.code, made.stderr], [0, ''])
  const [, key = '', id = ''] = /^(pk_([0-9a-z]{12})_[\w-]{43})\n/.exec(made.stdout) ?? []
  assert.ok(key !== '', made.stdout)
  assert.ok(existsSync(join(folder, 'data/key')), 'the database has its key file')
  assert.equal(
    await firstKeyIn(join(folder, 'data/punctual.db')),
    null,
    'the service makes no other key for a database that has one',
  )
  const list = await command('list')
  const [head = '', row = '', ...more] = list.stdout.trimEnd().split('\n')
  assert.match(head, /^id +name +scopes +owner +last used +state$/)
  assert.deepEqual(row.split(/ {2,}/), [id, 'back end', 'connections:read calls', 'ada', 'never', 'works'])
  assert.deepEqual(more, [])
  assert.ok(!list.stdout.includes(key.slice(16)))
})

async function firstKeyIn(path: string): Promise<string | null> {
  const store = sqlite(path)
  await store.open(systemClock)
  return makeFirstKey(store).finally(() => store.close())
}

test('a program reads JSON: a key is made, rotated, revoked and listed', async () => {
  const { command } = await database()
  const json = async (...words: string[]) => JSON.parse((await command(...words, '--json')).stdout)
  const made = await json('create', '--name', 'a', '--scope', 'admin', '--expires-in', '30d')
  const { id, createdAt, expiresAt } = made.apiKey
  assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 30 * 86_400_000)
  const rotated = await json('rotate', id, '--grace', '12h')
  assert.equal(rotated.apiKey.id, id)
  assert.notEqual(rotated.key, made.key)
  assert.notEqual((await json('revoke', id)).apiKey.revokedAt, null)
  const { apiKeys } = await json('list')
  assert.deepEqual(
    apiKeys.map((key: { id: string; scopes: string[] }) => [key.id, key.scopes]),
    [[id, ['admin']]],
  )
})

test('what is wrong gets a sentence and exit code 2, and a key that does not exist exit code 1', {
  concurrency: 4,
}, async (t) => {
  const cases: readonly (readonly [words: readonly string[], code: number, sentence: RegExp])[] = [
    [['create', '--scope', 'admin'], 2, /^--name is missing: /],
    [['create', '--name', 'a'], 2, /^--scope is missing: the scopes are connections:read, .*admin\.$/],
    [['create', '--name', 'a', '--scope', 'all'], 2, /^--scope all is not a scope: /],
    [['create', '--name', 'a', '--scope', 'admin', '--expires-in', '1y'], 2, /^--expires-in 1y is not a time: /],
    [['create', '--name', 'a', '--scope', 'admin', '--owner', ''], 2, /^owner must /],
    [['rotate', '00000000000x'], 1, /^There is no such API key, or it has ended: punctual api-keys list/],
    [['revoke', '00000000000x'], 1, /^There is no such API key, or it has ended: /],
  ]
  const { command } = await database()
  await command('create', '--name', 'a', '--scope', 'admin')
  const tests = cases.map(([words, code, sentence]) =>
    t.test(words.join(' '), async () => {
      const ended = await command(...words)
      assert.match(ended.stderr.trimEnd(), sentence)
      assert.deepEqual([ended.code, ended.stdout], [code, ''])
      assert.equal(ended.stderr.trimEnd().split('\n').length, 1)
    }),
  )
  await Promise.all(tests)
})

test('without a database no command makes one, and each says how to', async () => {
  const { folder, command } = keysIn()
  for (const words of [['list'], ['create', '--name', 'a', '--scope', 'admin'], ['revoke', '00000000000x']]) {
    const { code, stdout, stderr } = await command(...words)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(
      stderr,
      /^There is no database .*punctual\.db: set PUNCTUAL_DATA or PUNCTUAL_DATABASE, .* make the database with: punctual migrate\n$/,
    )
  }
  assert.deepEqual(readdirSync(folder), [])
})

test('of several processes that meet an empty database at once, one makes the first key', async (t) => {
  const path = join(emptyFolder(), 'punctual.db')
  const stores = [sqlite(path), sqlite(path), sqlite(path)]
  for (const store of stores) {
    await store.open(systemClock)
    t.after(() => store.close())
  }
  const keys = await Promise.all(stores.map(makeFirstKey))
  assert.equal(keys.filter((key) => key !== null).length, 1)
  assert.deepEqual(await Promise.all(stores.map(makeFirstKey)), [null, null, null])
})
