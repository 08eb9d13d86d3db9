import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRedaction, withoutSecrets } from './redaction.ts'

const secret = 'k7+Qz/9xW2=mN4~pR8'
const hide = withoutSecrets([secret])

const json = (text: string) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')
const units = (text: string) => [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const page = (text: string) => [...text].map((one) => `&#${one.charCodeAt(0)};`).join('')
const hexPage = (text: string) => [...text].map((one) => `&#x${one.charCodeAt(0).toString(16)};`).join('')
const spellings: readonly ((text: string) => string)[] = [
  (text) => text,
  json,
  units,
  page,
  hexPage,
  encodeURIComponent,
  (text) => encodeURIComponent(text).replace(/%../g, (one) => one.toLowerCase()),
  (text) => new URLSearchParams({ '': text }).toString().slice(1),
  (text) => json(json(units(text))),
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => JSON.stringify({ message: JSON.stringify({ token: text }) }).replaceAll('/', '\\/'),
]

/** Characters that the secret does not have: next to one of its parts, any of its own would make a longer part. */
const around = [...'abcdefghijklmnopqrstuvwxyz "{}:,'].filter((character) => !secret.includes(character))

test('a secret and every long part of it are hidden, in every encoding', () => {
  const arbitrary = fc.record({
    from: fc.integer({ min: 0, max: secret.length - 8 }),
    length: fc.integer({ min: 8, max: secret.length }),
    spell: fc.constantFrom(...spellings),
    before: fc.string({ unit: fc.constantFrom(...around) }),
    after: fc.string({ unit: fc.constantFrom(...around) }),
  })
  fc.assert(
    fc.property(arbitrary, ({ from, length, spell, before, after }) => {
      const part = spell(secret.slice(from, from + length))
      const shown = hide(`${before}${part}${after}`)
      assert.ok(shown.startsWith(before) && shown.endsWith(after), shown)
      assert.match(shown, /\[secret\]/)
      assert.ok(
        !/[k7QzxWmNpR]{2}|\d{2}/.test(
          shown.slice(before.length, shown.length - after.length).replaceAll('[secret]', ''),
        ),
      )
    }),
  )
})

test('a text without a secret stays as it is', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab"\\%&#u0025;/{}[]\n') })
  fc.assert(fc.property(text, (original) => assert.equal(hide(original), original)))
  assert.equal(hide(secret.slice(0, 7)), secret.slice(0, 7))
})

test('a short secret is hidden as a whole, and an empty one hides nothing', () => {
  const short = withoutSecrets(['abc', ''])
  assert.equal(short('{"a":"abc","b":"ab"}'), '{"a":"[secret]","b":"ab"}')
  assert.equal(withoutSecrets([''])('text'), 'text')
})

test('JSON stays JSON', () => {
  const original = { list: [secret, { [secret]: `a ${secret}"b"` }], n: 1 }
  const expected = { list: ['[secret]', { '[secret]': 'a [secret]"b"' }], n: 1 }
  assert.deepEqual(JSON.parse(hide(JSON.stringify(original))), expected)
  assert.deepEqual(JSON.parse(hide(JSON.stringify(original).replaceAll('+', '\\u002b'))), expected)
})

test('a text twice as long takes twice the steps at most, whatever it contains, and no recursion', (t) => {
  const steps = { count: 0 }
  const { has } = Set.prototype
  const { exec } = RegExp.prototype
  t.after(() => Object.assign(Set.prototype, { has }) && Object.assign(RegExp.prototype, { exec }))
  Set.prototype.has = function (value) {
    steps.count++
    return has.call(this, value)
  }
  RegExp.prototype.exec = function (text) {
    steps.count++
    return exec.call(this, text)
  }
  for (const unit of ['\\"', '"', '\\', '%25', '&#38;', '\\u005c', secret, secret.slice(0, 7)]) {
    const stepsFor = (times: number) => {
      steps.count = 0
      hide(unit.repeat(times))
      return steps.count
    }
    const [once, twice] = [stepsFor(20_000), stepsFor(40_000)]
    assert.ok(once >= 19_000 && twice <= once * 2 + 100, `${unit}: ${once}, then ${twice}`)
  }
})

test('a secret in a text that comes in pieces is hidden wherever the pieces part, and the rest is unchanged', () => {
  const filler = (length: number) => '.,:;'.repeat(length / 4)
  const arbitrary = fc.record({
    before: fc.integer({ min: 0, max: 6000 }),
    after: fc.integer({ min: 0, max: 12_000 }),
    piece: fc.integer({ min: 300, max: 20_000 }),
    spell: fc.constantFrom(...spellings),
  })
  fc.assert(
    fc.property(arbitrary, ({ before, after, piece, spell }) => {
      const whole = `${filler(before * 4)}${spell(secret)}${filler(after * 4)}`
      const redaction = createRedaction([secret])
      let shown = ''
      for (let at = 0; at < whole.length; at += piece) shown += redaction.push(whole.slice(at, at + piece))
      shown += redaction.end()
      assert.equal(shown, hide(whole))
    }),
    { numRuns: 60 },
  )
})
