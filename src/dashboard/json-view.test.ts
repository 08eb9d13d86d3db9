import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawJson } from './json-view.ts'

const draw = async (json: unknown, fields?: string[]) =>
  String(await drawJson(json, fields)).split('<details>')[0] ?? ''

test('a wrapped list becomes a table of the named fields', async () => {
  const list = Array.from({ length: 7 }, (_, at) => ({ name: `n${at}`, url: 'u', is_default: at === 0, hidden: 1 }))
  const table = await draw({ pagination: { count: 7 }, collection: list }, ['name', 'is_default', 'gone'])
  assert.match(table, /<th scope="col">Name<\/th><th scope="col">Is default<\/th><\/tr>/)
  assert.match(table, /<td>n0<\/td><td>yes<\/td>/)
  assert.match(table, /2 more/)
  assert.doesNotMatch(table, /hidden|n5/i)
})

test('a list that goes on says so: nobody knows how many items there are', async () => {
  const collection = Array.from({ length: 7 }, (_, at) => ({ name: `n${at}` }))
  assert.match(String(await drawJson({ collection }, ['name'], true)), /More than 2 more/)
})

test('a wrapped object becomes pairs: the named fields, or the short ones if none is named', async () => {
  const pairs = await draw({ status: 'success', data: { timeZone: 'UTC', bio: null, note: 'x'.repeat(90) } })
  assert.match(pairs, /<dt>Time zone<\/dt><dd>UTC<\/dd>/)
  assert.doesNotMatch(pairs, /xxx|Bio/)
})

test('everything in an answer of an API is escaped', async () => {
  for (const json of [null, 'text', 5, [], {}, [1, 'two'], { list: [{ name: '<script>&"' }] }]) {
    const drawn = String(await drawJson(json))
    assert.doesNotMatch(drawn, /<script>/)
    assert.match(drawn, /The whole response/)
  }
})
