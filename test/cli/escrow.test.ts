import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { createKeyring } from '../../src/vault/keyring.ts'
import { type PlaceKind, placeKinds, startPlace } from '../escrow/place-kinds.ts'
import { startOperated } from './operated.ts'
import { run } from './start.ts'

interface Status {
  readonly grants: number
  readonly behind: number
  readonly missing: number
  readonly damaged: number
}

/** Two accounts, of which one is connected after the backup, and the other one refreshed; then the backup is put back. */
async function restored(t: TestContext, kind: PlaceKind) {
  const started = await startPlace(t, kind)
  const escrow = await started.open()
  const place = await startOperated(t, { escrow })
  const settings: Record<string, string> = { ...place.settings, PUNCTUAL_ESCROW: started.setting }
  const backup = join(place.folder, 'backup.db')
  const kept = await place.connect('calcom', { account: 'ada' })
  await place.punctual.stop()
  copyFileSync(place.database, backup)
  await kept.refresh()
  await place.connect('calendly', { account: 'ada' })
  await place.punctual.stop()
  const command = (...words: string[]) => run(words, settings, place.folder)
  const status = async () => {
    const { code, stdout } = await command('escrow', 'status', '--json')
    return { code, ...(JSON.parse(stdout) as Status) }
  }
  assert.deepEqual(pick(await status()), { code: 0, grants: 2, behind: 0, missing: 0, damaged: 0 })
  copyFileSync(backup, place.database)
  return { place, escrow, started, settings, kept, command, status }
}

const pick = ({ code, grants, behind, missing, damaged }: Status & { code: number | null }) => ({
  code,
  grants,
  behind,
  missing,
  damaged,
})

async function escrowCheckOf(printed: string): Promise<{ ok: boolean; message: string }> {
  const { checks } = JSON.parse(printed) as { checks: { id: string; ok: boolean; message: string }[] }
  return checks.find(({ id }) => id === 'escrow') ?? assert.fail('there is no such check')
}

for (const kind of placeKinds) describe(kind, () => commandsWith(kind))

function commandsWith(kind: PlaceKind): void {
  test('a restored database is seen, healed and then not behind any more', async (t) => {
    const { place, kept, command, status } = await restored(t, kind)
    assert.deepEqual(pick(await status()), { code: 1, grants: 2, behind: 1, missing: 1, damaged: 0 })
    const behind = await escrowCheckOf((await command('doctor', '--json')).stdout)
    assert.equal(behind.ok, false)
    assert.match(behind.message, /^1 grant in the database is older than in the escrow/)

    const healed = await command('escrow', 'heal', '--json')
    assert.equal(healed.code, 1, 'somebody must connect again')
    const { missing, ...counts } = JSON.parse(healed.stdout) as { missing: string[] }
    assert.deepEqual(
      [counts, missing.length],
      [{ healed: 1, ended: 0, disconnected: 0, reconnected: 0, damaged: 0 }, 1],
    )
    assert.deepEqual(pick(await status()), { code: 0, grants: 2, behind: 0, missing: 1, damaged: 0 })
    const fine = await escrowCheckOf((await command('doctor', '--json')).stdout)
    assert.equal(fine.ok, true)
    const again = await command('escrow', 'heal')
    assert.match(again.stdout, /^✔ No grant of the database is behind/)
    assert.match(again.stdout, /^! Grants that the database does not know: 1\./m)

    const tested = await command('connections', 'test', kept.id)
    assert.equal(tested.code, 0, tested.stderr)
    const { items } = await place.another().operator.audit()
    assert.ok(items.some(({ action, outcome }) => action === 'escrow_heal' && outcome === 'ok: 1'))
  })

  test('another escrow than the one that the database has had is refused, until it is begun', async (t) => {
    const { place, settings } = await restored(t, kind)
    const other = await startPlace(t, kind)
    const command = (...words: string[]) => run(words, { ...settings, PUNCTUAL_ESCROW: other.setting }, place.folder)
    const sentence =
      /knows no grant of this database, which has had an escrow.*live grants \(1\).*punctual escrow begin/
    const status = await command('escrow', 'status')
    assert.equal(status.code, 1)
    assert.match(status.stdout, new RegExp(`^uncovered +.*${sentence.source}`, 'm'))
    const healed = await command('escrow', 'heal')
    assert.equal(healed.code, 1)
    assert.match(healed.stderr, sentence)
    const found = await escrowCheckOf((await command('doctor', '--json')).stdout)
    assert.equal(found.ok, false)
    assert.match(found.message, sentence)
    const begun = await command('escrow', 'begin', '--json')
    assert.deepEqual([begun.code, JSON.parse(begun.stdout)], [0, { added: 1 }], begun.stderr)
    assert.equal((await command('escrow', 'status')).code, 0)
    assert.match((await command('escrow', 'heal')).stdout, /^✔ No grant of the database is behind/)
  })

  test('a compaction keeps what heals, and clears a damaged text away', async (t) => {
    const { escrow, command, status } = await restored(t, kind)
    await escrow.append(['cut'])
    await escrow.close?.()
    assert.equal((await status()).damaged, 1)
    const compacted = await command('escrow', 'compact', '--json')
    const { before, after } = JSON.parse(compacted.stdout) as { before: number; after: number }
    // Two grants, and the attempts that became them.
    assert.ok(after === 4 && before > after, `${before} ${after}`)
    assert.deepEqual(pick(await status()), { code: 1, grants: 2, behind: 1, missing: 1, damaged: 0 })
  })

  test('a key that seals something in the escrow is counted, and rotated', async (t) => {
    const { place, settings, command } = await restored(t, kind)
    await command('escrow', 'heal')
    const newKey = Buffer.alloc(32, 9).toString('base64url')
    const [newId, oldId] = [newKey, settings.PUNCTUAL_KEYS ?? ''].map((key) => createKeyring([key]).current)
    const both = { ...settings, PUNCTUAL_KEYS: `${newKey},${settings.PUNCTUAL_KEYS}` }
    const keyStatus = async () => (await run(['keys', 'status'], both, place.folder)).stdout
    assert.match(await keyStatus(), new RegExp(`^${oldId} +opens .*escrow 2`, 'm'))
    const dry = await run(['keys', 'rotate', '--dry-run', '--json'], both, place.folder)
    assert.equal(JSON.parse(dry.stdout).inEscrow, 2)
    const rotated = await run(['keys', 'rotate', '--json'], both, place.folder)
    assert.deepEqual([rotated.code, JSON.parse(rotated.stdout).inEscrow], [0, 2], rotated.stderr)
    assert.match(await keyStatus(), new RegExp(`^${oldId} +opens +0`, 'm'))
    assert.match(await keyStatus(), new RegExp(`^${newId} +seals .*escrow 2`, 'm'))
  })

  test('one that is away is told by each command and by doctor, without a password', async (t) => {
    const { started, command } = await restored(t, kind)
    await started.away()
    for (const words of [
      ['escrow', 'status'],
      ['escrow', 'heal'],
      ['escrow', 'compact'],
      ['keys', 'status'],
      ['doctor'],
    ]) {
      const { code, stdout, stderr } = await command(...words)
      assert.equal(code, 1, words.join(' '))
      assert.match(stdout + stderr, /escrow/)
      assert.doesNotMatch(stdout + stderr, /opens-this-test-alone|at async|Error:/)
    }
    const told = await escrowCheckOf((await command('doctor', '--json')).stdout)
    assert.deepEqual([told.ok, /^The escrow \S+ cannot be used/.test(told.message)], [false, true], told.message)
    await started.back()
  })
}

test("a database that is the store's is refused as its escrow", async (t) => {
  const place = await startOperated(t)
  const connection = await place.connect('calcom')
  await place.punctual.stop()
  const escrow = `sqlite:${place.database}`
  const inStore = { ...place.settings, PUNCTUAL_ESCROW: escrow }
  const refreshed = await run(['connections', 'refresh', connection.id], inStore, place.folder)
  assert.equal(refreshed.code, 1)
  assert.match(refreshed.stderr, /is the database of a store; name another path/)
  const told = await escrowCheckOf((await run(['doctor', '--json'], inStore, place.folder)).stdout)
  assert.match(told.message, /is the database of a store/)

  const { setting } = await startPlace(t, 'postgres')
  const both = { ...place.settings, PUNCTUAL_DATABASE: setting, PUNCTUAL_ESCROW: setting }
  assert.equal((await run(['migrate'], both, place.folder)).code, 0)
  for (const words of [
    ['escrow', 'status'],
    ['escrow', 'heal'],
    ['keys', 'status'],
  ]) {
    const { code, stderr } = await run(words, both, place.folder)
    assert.equal(code, 1)
    assert.match(stderr, /is the database of the store: a backup of it/, words.join(' '))
  }
})

test('without the setting the commands end with 2 and name it, and an unknown address is refused', async (t) => {
  const place = await startOperated(t)
  await place.punctual.ready()
  for (const word of ['status', 'heal', 'compact']) {
    const { code, stderr } = await place.command('escrow', word)
    assert.deepEqual(
      [code, /^PUNCTUAL_ESCROW is not set: name the folder, or the database/.test(stderr)],
      [2, true],
      stderr,
    )
  }
  const wrong = { ...place.settings, PUNCTUAL_ESCROW: 'mysql://db.example.com/escrow' }
  const refused = await run(['escrow', 'status'], wrong, place.folder)
  assert.deepEqual([refused.code, /^PUNCTUAL_ESCROW must be the path of a folder/.test(refused.stderr)], [2, true])
  const unset = await escrowCheckOf((await place.command('doctor', '--json')).stdout)
  assert.deepEqual([unset.ok, /^None is set/.test(unset.message)], [true, true])
})
