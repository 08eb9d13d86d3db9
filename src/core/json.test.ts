import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isObject, membersOf, parseJson, textsOf, timeOf } from './json.ts'

test('a text that is not JSON has no value, and the text null has the value null', () => {
  assert.equal(parseJson('{"a":'), undefined)
  assert.equal(parseJson(''), undefined)
  assert.equal(parseJson('null'), null)
})

test('only an object has members', () => {
  assert.deepEqual(membersOf({ a: 1 }), { a: 1 })
  for (const other of [null, undefined, 'text', 7, ['a']]) {
    assert.equal(isObject(other), false)
    assert.deepEqual(membersOf(other), {})
  }
})

test('a list keeps its texts, and a text that is not a time is read as null', () => {
  assert.deepEqual(textsOf(['a', 1, null, 'b']), ['a', 'b'])
  assert.deepEqual(textsOf('a'), [])
  assert.equal(timeOf('2026-11-23T09:00:00Z'), Date.UTC(2026, 10, 23, 9))
  for (const other of ['soon', 7, null]) assert.equal(timeOf(other), null)
})
