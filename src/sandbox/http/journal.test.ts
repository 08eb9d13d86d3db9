import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createJournal, mask, shownPath } from './journal.ts'

test('a mask shows four characters of a long value and none of a short one', () => {
  assert.equal(mask('abcdefghijkl'), 'abcd…')
  assert.equal(mask('abcdefgh'), '…')
})

test('a part of a path that looks like a token is masked, a client id is not', () => {
  const id = 'a'.repeat(64)
  assert.equal(shownPath(`/clients/${id}/x`, new Set([id])), `/clients/${id}/x`)
  assert.equal(shownPath(`/clients/${id}/x`, new Set()), '/clients/aaaa…/x')
})

test('the journal keeps the newest 500 and returns copies', () => {
  const journal = createJournal()
  const entry = { provider: null, endpoint: 'api', client: null, account: null, grantType: null, why: null }
  const rest = { at: '', method: 'GET', path: '/', parameters: {}, status: 200, fault: null }
  for (let count = 0; count < 1200; count += 1) journal.add({ ...entry, ...rest })
  const list = journal.list()
  assert.deepEqual([list.length, list.at(-1)?.id], [500, 1200])
  list[0] = { ...entry, ...rest, id: -1 }
  assert.equal(journal.list()[0]?.id, 701)
})
