import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { systemRandom } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { createVault, type Place, type Vault } from './cipher.ts'
import { createKeyring } from './keyring.ts'

const newKey = () => randomBytes(32).toString('base64url')
const vaultOf = (...keys: string[]): Vault => createVault(createKeyring(keys), systemRandom)
const place: Place = { table: 'grants', row: 'grant_1', column: 'tokens' }

function refusal(run: () => unknown): PunctualError {
  try {
    run()
  } catch (error) {
    if (error instanceof PunctualError) return error
    throw error
  }
  throw new assert.AssertionError({ message: 'it opened' })
}

describe('a vault', () => {
  const key = newKey()
  const vault = vaultOf(key)

  test('opens what it sealed, with any text and place', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 400 })
    fc.assert(
      fc.property(texts, texts, texts, texts, (plaintext, table, row, column) => {
        const sealed = vault.seal({ table, row, column }, plaintext)
        assert.match(sealed, /^p1\.[A-Za-z0-9_-]{8}\.[A-Za-z0-9_-]+$/)
        assert.equal(vault.keyOf(sealed), vault.currentKey)
        assert.equal(vault.open({ table, row, column }, sealed), plaintext)
      }),
    )
  })

  test('seals the same text differently each time', () => {
    assert.notEqual(vault.seal(place, 'text'), vault.seal(place, 'text'))
  })

  test('opens nothing at any other place', () => {
    const sealed = vault.seal(place, 'text')
    for (const other of [{ table: 'attempts' }, { row: 'grant_2' }, { column: 'fallback' }]) {
      assert.equal(refusal(() => vault.open({ ...place, ...other }, sealed)).reason, 'damaged')
    }
    // Parts that would be ambiguous if they were only joined.
    const parts = ['', 'a', 'aa', '1:a', '\ud800', '\udfff']
    const places = parts.flatMap((table) => parts.flatMap((row) => parts.map((column) => ({ table, row, column }))))
    for (const from of places.slice(0, 40)) {
      const moved = vault.seal(from, 'text')
      for (const to of places) {
        if (to !== from) assert.equal(refusal(() => vault.open(to, moved)).reason, 'damaged')
      }
    }
  })

  test('opens nothing that has any one bit changed', () => {
    // Lengths 1 to 3 cover every number of unused bits at the end of base64url.
    for (const plaintext of ['a', 'ab', 'abc']) {
      const sealed = vault.seal(place, plaintext)
      for (let at = 0; at < sealed.length; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const bytes = Buffer.from(sealed, 'latin1')
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
          const error = refusal(() => vault.open(place, bytes.toString('latin1')))
          assert.equal(error.code, 'value_unreadable')
          assert.ok(error.reason === 'damaged' || (error.reason === 'unknown_key' && at >= 3 && at < 11))
        }
      }
    }
  })

  test('opens nothing that is cut, prolonged or rubbish, and its error does not show the content', () => {
    const sealed = vault.seal(place, 'a refresh token')
    const rubbish = [
      '',
      'p1',
      'p1..',
      `p2${sealed.slice(2)}`,
      `${sealed}=`,
      `${sealed}A`,
      `${sealed}\n`,
      ` ${sealed}`,
      'a refresh token',
    ]
    const cut = Array.from(sealed, (_, length) => sealed.slice(0, length))
    for (const wrong of [...rubbish, ...cut]) {
      const error = refusal(() => vault.open(place, wrong))
      assert.equal(error.reason, 'damaged')
      assert.match(error.message, /grants\/grant_1\/tokens/)
      assert.doesNotMatch(inspect(error, { depth: 9 }), /a refresh token/)
    }
    assert.equal(vault.keyOf('a refresh token'), null)
  })

  test('opens nothing that has a character in it which base64url skips or replaces', () => {
    const sealed = vault.seal(place, 'text')
    for (const added of ['=', '.', ' ', '\n', '\0', 'é', '\u0141']) {
      for (let at = 12; at <= sealed.length; at++) {
        const wrong = sealed.slice(0, at) + added + sealed.slice(at)
        assert.equal(refusal(() => vault.open(place, wrong)).reason, 'damaged')
      }
    }
    for (let tries = 0; tries < 50; tries++) {
      const standard = vault.seal(place, 'text').replaceAll('-', '+').replaceAll('_', '/')
      if (/[+/]/.test(standard.slice(12))) assert.equal(refusal(() => vault.open(place, standard)).reason, 'damaged')
    }
  })

  test('opens and seals for more places than it keeps keys for', () => {
    const places = Array.from({ length: 9000 }, (_, row) => ({ ...place, row: `grant_${row}` }))
    const sealed = places.map((each) => vault.seal(each, each.row))
    for (const [index, each] of places.entries()) assert.equal(vault.open(each, sealed[index] ?? ''), each.row)
  })

  test('opens with an older key what that key sealed, and seals with the first', () => {
    const sealed = vault.seal(place, 'text')
    const rotated = vaultOf(newKey(), key)
    assert.equal(rotated.open(place, sealed), 'text')
    assert.notEqual(rotated.currentKey, vault.currentKey)
    assert.equal(rotated.keyOf(rotated.seal(place, 'text')), rotated.currentKey)
    assert.equal(rotated.keyOf(sealed), vault.currentKey)
  })

  test('names the key that is missing', () => {
    const error = refusal(() => vaultOf(newKey()).open(place, vault.seal(place, 'text')))
    assert.equal(error.reason, 'unknown_key')
    assert.ok(error.message.includes(vault.currentKey))
  })

  test('does not open what another key sealed under the same id', () => {
    const other = vaultOf(newKey())
    const forged = other.seal(place, 'text').replace(other.currentKey, vault.currentKey)
    assert.equal(refusal(() => vault.open(place, forged)).reason, 'damaged')
  })
})

describe('a keyring', () => {
  const good = newKey()

  test('reads a key with and without padding as the same key', () => {
    assert.equal(createKeyring([`${good}=`]).current, createKeyring([good]).current)
    assert.match(createKeyring([good]).current, /^[A-Za-z0-9_-]{8}$/)
  })

  test('shows no key when it is printed', () => {
    assert.ok(!inspect(createKeyring([good]), { depth: 9, showHidden: true }).includes(good.slice(0, 8)))
  })

  const standard = Buffer.alloc(32, 0xfb).toString('base64')
  const wrong: [string, unknown, RegExp][] = [
    ['no list', good, /^createPunctual: keys must be a list/],
    ['an empty list', [], /^createPunctual: keys is empty\. List at least one key\. Make one with/],
    ['a missing key', [good, undefined], /^createPunctual: keys\[1\] is missing/],
    ['an empty key', [''], /^createPunctual: keys\[0\] is missing/],
    ['a number', [7], /^createPunctual: keys\[0\] must be a text/],
    [
      'a short key',
      [good, randomBytes(31).toString('base64url')],
      /^createPunctual: keys\[1\] must be 32 bytes in base64url, and is 31 bytes long/,
    ],
    [
      'a long key',
      [randomBytes(33).toString('base64url')],
      /^createPunctual: keys\[0\] must be 32 bytes in base64url, and is 33 bytes long/,
    ],
    ['another alphabet', [`${good.slice(0, 42)}!`], /^createPunctual: keys\[0\] must be 32 bytes in base64url/],
    ['base64', [standard], /^createPunctual: keys\[0\] is base64, not base64url/],
    ['white space', [`${good}\n`], /^createPunctual: keys\[0\] has white space around it/],
    ['a key twice', [good, newKey(), `${good}=`], /^createPunctual: keys\[2\] is the same key as keys\[0\]/],
  ]
  for (const [what, keys, sentence] of wrong) {
    test(`refuses ${what} in a sentence without the key`, () => {
      const error = refusal(() => createKeyring(keys as string[]))
      assert.equal(error.code, 'invalid_argument')
      assert.match(error.message, sentence)
      for (const key of [keys].flat())
        if (key && typeof key === 'string') assert.ok(!error.message.includes(key.trim()))
    })
  }
})
