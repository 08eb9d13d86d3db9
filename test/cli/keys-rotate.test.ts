import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { createKeyring } from '../../src/vault/keyring.ts'
import { type Operated, startOperated } from './operated.ts'
import { run } from './start.ts'

const newKey = Buffer.alloc(32, 9).toString('base64url')
const idOf = (key: string) => createKeyring([key]).current
const scopes = ['PROFILE_READ', 'BOOKING_READ', 'WEBHOOK_READ', 'WEBHOOK_WRITE']

interface Rotated {
  readonly key: string
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
