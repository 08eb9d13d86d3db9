// The keys of a command or of a file, for every command: what they print is what PUNCTUAL_KEYS would hold.

import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { command } from '../../src/cli/settings/parse.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { testKey } from '../support/host.ts'
import { startOperated } from './operated.ts'
import { emptyFolder, run } from './start.ts'

const idOf = (key: string) => createKeyring([key]).current
const otherKey = Buffer.alloc(32, 0xfb).toString('base64')

describe('keys from outside', { concurrency: 2 }, () => {
  test('a command and a file take the place of PUNCTUAL_KEYS', async (t) => {
    const place = await startOperated(t)
    const { id } = await place.connect('calendly', { account: 'ada' })
    await place.punctual.stop()
    const { PUNCTUAL_KEYS: _, ...rest } = place.settings
    const file = join(place.folder, 'keys')
    writeFileSync(file, `${otherKey}\n${testKey}\n`, { mode: 0o600 })
    const script = join(place.folder, 'print keys.mjs')
    writeFileSync(script, `console.log(process.argv[2]); console.log(${JSON.stringify(testKey)})`)
    for (const settings of [
      { ...rest, PUNCTUAL_KEYS_FILE: file },
      { ...rest, PUNCTUAL_KEYS_COMMAND: `'${process.execPath}' "${script}" ${otherKey}` },
    ]) {
      const tested = await run(['connections', 'test', id], settings, place.folder)
      assert.equal(tested.code, 0, tested.stderr)
      const status = await run(['keys', 'status'], settings, place.folder)
      assert.match(
        status.stdout,
        new RegExp(`^${idOf(otherKey.replaceAll('+', '-').replaceAll('/', '_'))} +seals`, 'm'),
      )
      assert.match(status.stdout, new RegExp(`^${idOf(testKey)} +opens .*retired: still needed`, 'm'))
      const check = await run(['keys', 'check'], settings, place.folder)
      assert.deepEqual([check.code, check.stderr], [0, ''], check.stdout)
      assert.match(check.stdout, new RegExp(`${idOf(testKey)}, retired: \\d`))
    }
    chmodSync(file, 0o644)
    const open = await run(['keys', 'check'], { ...rest, PUNCTUAL_KEYS_FILE: file }, place.folder)
    assert.equal(open.code, 1)
    assert.match(open.stdout, /^✘ Others may read the key file \S+keys\.\n {2}→ Run chmod 600 \S+keys\.$/m)
  })

  test('a command that fails is told without a key, by doctor too, and nothing is made', async () => {
    const folder = emptyFolder()
    const script = join(folder, 'fails.mjs')
    writeFileSync(script, `console.log('${testKey}'); console.error('denied ${testKey}'); process.exitCode = 9`)
    const settings = {
      PUNCTUAL_DATA: join(folder, 'data'),
      PUNCTUAL_KEYS_COMMAND: `${process.execPath} ${script}`,
      CALENDLY_CLIENT_ID: 'id',
      CALENDLY_CLIENT_SECRET: 'secret',
      PUNCTUAL_PORT: '0',
    }
    const served = await run(['serve'], settings, folder)
    assert.deepEqual([served.code, served.stdout], [1, ''])
    assert.match(
      served.stderr,
      /^PUNCTUAL_KEYS_COMMAND: The key command \S+ ended with the exit code 9\. It said: denied \[secret\]\.\n$/,
    )
    const check = await run(['keys', 'check'], settings, folder)
    assert.equal(check.code, 1)
    assert.match(check.stdout, /ended with the exit code 9[\s\S]*→ Run the command yourself/)
    for (const { stdout, stderr } of [served, check]) assert.ok(!`${stdout}${stderr}`.includes(testKey.slice(0, 12)))
  })

  test('two sources of keys are refused, and so is what needs a shell', async () => {
    const both = await run(['keys', 'status'], { PUNCTUAL_KEYS: testKey, PUNCTUAL_KEYS_FILE: 'keys' })
    assert.deepEqual([both.code, both.stdout], [2, ''])
    assert.match(both.stderr, /^PUNCTUAL_KEYS_FILE is set beside PUNCTUAL_KEYS/)
    for (const text of ['cat $KEYS', 'cat keys | tail -1', 'cat "$KEYS"', "cat 'keys", 'kms `pwd`', "''", "' ' keys"])
      assert.throws(
        () => command(text, 'PUNCTUAL_KEYS_COMMAND'),
        { exitCode: 2, message: /^PUNCTUAL_KEYS_COMMAND / },
        text,
      )
    assert.deepEqual(
      command(`aws kms decrypt --ciphertext-blob fileb:///etc/k.enc --query 'Plain text' "--a=b c"'d' ""`, 'x'),
      ['aws', 'kms', 'decrypt', '--ciphertext-blob', 'fileb:///etc/k.enc', '--query', 'Plain text', '--a=b cd', ''],
    )
  })
})
