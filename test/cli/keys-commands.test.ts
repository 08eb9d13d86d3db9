import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createKeyring } from '../../src/vault/keyring.ts'
import { startOperated } from './operated.ts'
import { emptyFolder, run } from './start.ts'

const otherKey = Buffer.alloc(32, 9).toString('base64url')
const idOf = (key: string) => createKeyring([key]).current

describe('keys', { concurrency: 2 }, () => {
  test('new prints a key and nothing else to stdout, each time another one', async () => {
    const [one, two] = [await run(['keys', 'new']), await run(['keys', 'new'])]
    for (const { stdout, code } of [one, two]) {
      assert.equal(code, 0)
      assert.match(stdout, /^[\w-]{43}\n$/)
      createKeyring([stdout.trim()])
    }
    assert.notEqual(one.stdout, two.stdout)
    const { key, id } = JSON.parse((await run(['keys', 'new', '--json'])).stdout) as { key: string; id: string }
    assert.equal(id, idOf(key))
  })

  test('check ends with 0 if the keys open what is stored, else with 1 and what to do', async (t) => {
    const place = await startOperated(t)
    await place.connect('calendly', { account: 'ada' })
    const right = await place.command('keys', 'check')
    assert.deepEqual([right.code, right.stderr], [0, ''])
    assert.match(right.stdout, /^✔ The keys open what is stored/)
    const wrong = await run(['keys', 'check', '--json'], { ...place.settings, PUNCTUAL_KEYS: otherKey })
    assert.equal(wrong.code, 1)
    const { ok, message, fix } = JSON.parse(wrong.stdout) as { ok: boolean; message: string; fix: string }
    assert.deepEqual([ok, /need the key/.test(message), /PUNCTUAL_KEYS/.test(fix)], [false, true, true])
    const malformed = await run(['keys', 'check'], { ...place.settings, PUNCTUAL_KEYS: 'short' })
    assert.deepEqual([malformed.code, malformed.stdout], [2, ''])
  })

  test('status counts the values of each key, names the one that is missing, and shows no key', async (t) => {
    const place = await startOperated(t)
    await place.connect('calendly', { account: 'ada' })
    const needed = place.settings.PUNCTUAL_KEYS ?? ''
    const table = await place.command('keys', 'status')
    assert.equal(table.code, 0)
    assert.match(table.stdout, new RegExp(`^${idOf(needed)} +seals +\\d+ +.*grants \\d`, 'm'))
    assert.ok(!table.stdout.includes(needed))
    const rotated = await run(['keys', 'status', '--json'], {
      ...place.settings,
      PUNCTUAL_KEYS: `${otherKey},${needed}`,
    })
    const states = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { key: string; state: string; values: number })
        .map(({ key, state, values }) => [key, state, values > 0])
    assert.deepEqual(states(rotated.stdout), [
      [idOf(otherKey), 'seals', false],
      [idOf(needed), 'opens', true],
    ])
    const missing = await run(['keys', 'status', '--json'], { ...place.settings, PUNCTUAL_KEYS: otherKey })
    assert.equal(missing.code, 1)
    assert.deepEqual(states(missing.stdout).at(-1), [idOf(needed), 'missing', true])
  })

  test('without a database status says so, and makes none', async () => {
    const folder = emptyFolder()
    const { code, stdout, stderr } = await run(
      ['keys', 'status'],
      { PUNCTUAL_DATABASE: join(folder, 'none.db') },
      folder,
    )
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, /^There is no database /)
  })
})
