// A message may reach a person who has settings and no options. So an option that a message names has its setting after it,
// which is all that the service and the commands say.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { endingOf } from '../../src/cli/output/cli-error.ts'
import { describeEvent } from '../../src/cli/output/event-line.ts'
import { settingTable } from '../../src/cli/settings/table.ts'
import { systemRandom } from '../../src/core/clock.ts'
import { inServiceWords } from '../../src/server/api/request/wording.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'

const root = join(import.meta.dirname, '../../src')
const options =
  'allowPrivateAddresses|baseUrl|clients|deliverTo|escrow|journal|keyProvider|keys|retention|returnTo|webhookKeys'
/** No command takes a function. What the options are called is for those who have them. */
const ofTheLibraryAlone = /The (function|keys of) "keyProvider"|id="/

test('an option that a message names has its setting after it', () => {
  const found = globSync('**/*.ts', { cwd: root, exclude: ['sandbox/**', '**/*.test.ts'] }).flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line) && !ofTheLibraryAlone.test(line))
      .filter((line) => new RegExp(`"(${options})"(?! \\(([A-Z]+_[A-Z_]+|\\$\\{.*_WEBHOOK_KEY)\\))`).test(line))
      .map((line) => `${file}: ${line.trim()}`),
  )
  assert.deepEqual(found, [])
})

test('the setting after an option exists', () => {
  const named = globSync('**/*.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/"\w+" \(([A-Z]+_[A-Z_]+)\)/g)].map(([, name = '']) => name),
  )
  assert.ok(named.length > 8)
  assert.deepEqual(
    [...new Set(named)].filter((name) => !Object.hasOwn(settingTable, name)),
    [],
  )
})

test('a command, the log of a terminal and the service name the setting alone', () => {
  const [other = '', own = ''] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64url'))
  const place = { table: 'grants', row: 'grant_1', column: 'tokens' }
  const sealed = createVault(createKeyring([other]), systemRandom).seal(place, 'secret')
  assert.throws(
    () => createVault(createKeyring([own]), systemRandom).open(place, sealed),
    (error: Error) => {
      const fault = { type: 'fault', at: new Date(0), code: 'value_unreadable', reason: 'unknown_key' } as const
      for (const said of [
        inServiceWords(error.message),
        endingOf(error).sentence,
        describeEvent({ ...fault, message: error.message }),
      ])
        assert.match(said, /needs the key [\w-]{8}, which is not in PUNCTUAL_KEYS: add it after the first\.$/)
      return true
    },
  )
})
