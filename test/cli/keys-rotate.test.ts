import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { grantPlace } from '../../src/records/grants.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { cookieOf } from '../support/host.ts'
import { preloads } from '../support/preloads.ts'
import { type Operated, startOperated } from './operated.ts'
import { run } from './start.ts'

const newKey = Buffer.alloc(32, 9).toString('base64url')
const idOf = (key: string) => createKeyring([key]).current
const scopes = ['PROFILE_READ', 'BOOKING_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE']

interface Rotated {
  readonly key: string
  readonly byKey: Record<string, number>
  readonly inJournal: number
  readonly resealed: Record<string, number>
  readonly waiting: number
  readonly unreadable: readonly { table: string; row: string; why: string }[]
}

/** Two connections, one with a webhook subscription, and settings with a new key before the old one. */
async function withTwoKeys(t: TestContext) {
  const place = await startOperated(t, { deliverTo: { feed: true } })
  const { PUNCTUAL_KEYS: oldKey = '' } = place.settings
  const calcom = await place.connect('calcom', { account: 'ada', scopes })
  const calendly = await place.connect('calendly', { account: 'ada' })
  await place.punctual.webhooks.subscribe(calcom.id, ['BOOKING_CREATED'])
  await place.punctual.stop()
  const settings = { ...place.settings, PUNCTUAL_KEYS: `${newKey},${oldKey}` }
  const rotate = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(['keys', 'rotate', ...words, '--json'], settings, place.folder)
    assert.equal(stderr, '')
    return { code, ...(JSON.parse(stdout) as Rotated) }
  }
  return { place, settings, oldKey, calendly, calcom, rotate }
}

function changed(place: Operated, statement: string): void {
  const file = new DatabaseSync(place.database)
  file.exec(statement)
  file.close()
}

test('what the old key has sealed is sealed with the new one, which then opens all alone', async (t) => {
  const { place, settings, oldKey, calendly, rotate } = await withTwoKeys(t)
  const planned = await rotate('--dry-run')
  assert.deepEqual([planned.code, planned.key, planned.waiting], [0, idOf(newKey), 0])
  assert.deepEqual(planned.resealed, { grants: 2, attempts: 0, outbox: 0, feed: 2, subscriptions: 1, booking_keys: 0 })
  const status = async () => (await run(['keys', 'status'], settings, place.folder)).stdout
  assert.match(await status(), new RegExp(`^${idOf(newKey)} +seals +0`, 'm'), 'a dry run changes nothing')

  const { code, resealed, unreadable } = await rotate()
  assert.deepEqual([code, resealed, unreadable], [0, planned.resealed, []])
  assert.deepEqual(planned.byKey, { [idOf(oldKey)]: 5 })
  const alone = { ...settings, PUNCTUAL_KEYS: newKey }
  const tested = await run(['connections', 'test', calendly.id], alone, place.folder)
  assert.equal(tested.code, 0, tested.stderr)
  assert.match(await status(), new RegExp(`^${idOf(oldKey)} +opens +0`, 'm'))
  const again = await run(['keys', 'rotate'], settings, place.folder)
  assert.deepEqual([again.code, again.stderr], [0, ''])
  assert.match(again.stdout, /^✔ Nothing is left that could be sealed again/)
  const { items } = await place.punctual.operator.audit()
  assert.deepEqual(
    items.filter(({ action }) => action === 'keys_rotate').map(({ subject, outcome }) => [subject, outcome]),
    [
      [idOf(newKey), 'ok: 0'],
      [idOf(newKey), 'ok: 5'],
    ],
  )
})

test('a token set that a refresh may have in its hands stays as it is, until it is free', async (t) => {
  const { place, calendly, rotate } = await withTwoKeys(t)
  const file = new DatabaseSync(place.database)
  t.after(() => file.close())
  const sets = () => file.prepare('select tokens from grants where client = ?').get(calendly.client)?.tokens
  const before = sets()
  for (const held of [
    `intent = 'a digest'`,
    'doubt = 1',
    `spares = '["p1.otherkey.x"]'`,
    `lease_owner = 'a process', lease_until = 9e15`,
  ]) {
    const free = `intent = null, doubt = 0, spares = '[]', lease_owner = null, lease_until = 0`
    changed(place, `update grants set ${free}; update grants set ${held} where client = 'calendly'`)
    const { code, waiting } = await rotate()
    assert.deepEqual([code, waiting, sets()], [1, 1, before], held)
  }
  changed(place, `update grants set lease_owner = null, lease_until = 0`)
  const { code, resealed } = await rotate()
  assert.deepEqual([code, resealed.grants], [0, 1])
  assert.notEqual(sets(), before)
})

test('a value that does not open is reported and stays', async (t) => {
  const { place, settings, calcom, rotate } = await withTwoKeys(t)
  changed(place, `update subscriptions set secrets = 'p1.unknown1.AAAA'`)
  const { code, unreadable, resealed } = await rotate()
  assert.deepEqual([code, resealed.subscriptions, resealed.grants], [1, 0, 2])
  const [first, ...others] = unreadable
  assert.deepEqual([first?.table, others], ['subscriptions', []])
  const file = new DatabaseSync(place.database)
  assert.equal(file.prepare('select secrets from subscriptions').get()?.secrets, 'p1.unknown1.AAAA')
  file.close()
  const shown = await run(['keys', 'rotate'], settings, place.folder)
  assert.match(shown.stdout, /^✘ The sealed value at subscriptions\/\S+ /m)
  assert.ok(calcom.id)
})

test('an attempt that is under way is sealed again, and goes on with the new key alone', async (t) => {
  const { place, settings, rotate } = await withTwoKeys(t)
  const { url, headers } = await place.punctual.begin({ client: 'calendly', owner: 'ada', returnTo: '/done' })
  const back = await place.sandbox.authorize({ url })
  const { resealed } = await rotate()
  assert.equal(resealed.attempts, 1)
  const alone = place.another({ keys: [newKey] })
  const answer = await alone.handler(new Request(back, { headers: { cookie: cookieOf(headers) } }))
  assert.match(answer.headers.get('location') ?? '', /punctual=connected/)
  const status = await run(['keys', 'status', '--json'], settings, place.folder)
  const states = status.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    states.map(({ state, retired, removable }) => [state, retired, removable]),
    [
      ['seals', false, false],
      ['opens', true, true],
    ],
  )
})

test('a rotation that is killed in the middle goes on where it was', async (t) => {
  const { place, oldKey, rotate } = await withTwoKeys(t)
  const vault = createVault(createKeyring([oldKey]), systemRandom)
  const file = new DatabaseSync(place.database)
  t.after(() => file.close())
  const many = 1200
  const columns = file
    .prepare(`select name from pragma_table_info('grants')`)
    .all()
    .map(({ name }) => String(name))
  const own = (name: string) => (['id', 'account_id', 'tokens'].includes(name) ? `:${name}` : `"${name}"`)
  const copy = file.prepare(`insert into grants select ${columns.map(own).join(', ')} from grants limit 1`)
  file.exec('begin')
  for (let n = 0; n < many; n++) {
    const id = `copy ${n}`
    copy.run({ id, account_id: id, tokens: vault.seal(grantPlace(id), `tokens ${n}`) })
  }
  file.exec('commit')
  const heads = (key: string) =>
    Number(file.prepare(`select count(*) as n from grants where tokens like 'p1.${idOf(key)}.%'`).get()?.n)
  assert.equal(heads(oldKey), many + 2)

  // The rotation of the command, in a process that is killed when the first page is done.
  const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src', path))
  const program = `
    import { systemClock, systemRandom } from ${source('core/clock.ts')}
    import { grantPlace } from ${source('records/grants.ts')}
    import { reseal } from ${source('store/sql/reseal.ts')}
    import { sqlite } from ${source('store/sqlite.ts')}
    import { createVault } from ${source('vault/cipher.ts')}
    import { createKeyring } from ${source('vault/keyring.ts')}
    const vault = createVault(createKeyring(${JSON.stringify([newKey, oldKey])}), systemRandom)
    const store = sqlite(${JSON.stringify(place.database)})
    await store.open(systemClock)
    await reseal(store, {
      key: vault.currentKey,
      isDryRun: false,
      reseal: (table, column, row, sealed) => vault.seal(grantPlace(row), vault.open(grantPlace(row), sealed)),
      unreadable: (table, row, error) => { throw error },
      progress: () => process.kill(process.pid, 'SIGKILL'),
    })`
  const child = spawn(process.execPath, [...preloads, '--input-type=module', '--eval', program], { stdio: 'inherit' })
  const [, signal] = await once(child, 'close')
  assert.equal(signal, 'SIGKILL')
  const done = heads(newKey)
  assert.ok(done > 0 && done < many, `${done} were sealed again`)
  assert.equal(heads(oldKey), many + 2 - done, 'each row is whole')

  const { code, resealed } = await rotate()
  assert.deepEqual([code, resealed.grants, heads(oldKey)], [0, many + 2 - done, 0])
  const opens = createVault(createKeyring([newKey]), systemRandom)
  for (const { id, tokens } of file.prepare(`select id, tokens from grants where id like 'copy %'`).all())
    assert.equal(opens.open(grantPlace(String(id)), String(tokens)), String(id).replace('copy', 'tokens'))
})
