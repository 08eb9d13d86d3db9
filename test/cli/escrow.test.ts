import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createKeyring } from '../../src/vault/keyring.ts'
import { startOperated } from './operated.ts'
import { emptyFolder, run } from './start.ts'

interface Status {
  readonly grants: number
  readonly behind: number
  readonly missing: number
  readonly damaged: number
}

/** Two accounts, of which one is connected after the backup, and the other one refreshed; then the backup is put back. */
async function restored(t: TestContext) {
  const escrow = join(emptyFolder(), 'escrow')
  const place = await startOperated(t, { escrow })
  const settings: Record<string, string> = { ...place.settings, PUNCTUAL_ESCROW: escrow }
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
  return { place, escrow, settings, kept, command, status }
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

test('a restored database is seen, healed and then not behind any more', async (t) => {
  const { place, kept, command, status } = await restored(t)
  assert.deepEqual(pick(await status()), { code: 1, grants: 2, behind: 1, missing: 1, damaged: 0 })
  const behind = await escrowCheckOf((await command('doctor', '--json')).stdout)
  assert.equal(behind.ok, false)
  assert.match(behind.message, /^1 grant in the database is older than in the escrow/)

  const healed = await command('escrow', 'heal', '--json')
  assert.equal(healed.code, 1, 'somebody must connect again')
  const { missing, ...counts } = JSON.parse(healed.stdout) as { missing: string[] }
  assert.deepEqual([counts, missing.length], [{ healed: 1, ended: 0, disconnected: 0, damaged: 0 }, 1])
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

test('a compaction keeps what heals, and clears a damaged text away', async (t) => {
  const { escrow, command, status } = await restored(t)
  const [name = ''] = readdirSync(escrow)
  appendFileSync(join(escrow, name), 'cut\n')
  assert.equal((await status()).damaged, 1)
  const compacted = await command('escrow', 'compact', '--json')
  const { before, after } = JSON.parse(compacted.stdout) as { before: number; after: number }
  assert.ok(after === 2 && before > after, `${before} ${after}`)
  assert.deepEqual(pick(await status()), { code: 1, grants: 2, behind: 1, missing: 1, damaged: 0 })
})

test('a key that seals something in the escrow is counted, and rotated', async (t) => {
  const { place, settings, command } = await restored(t)
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
