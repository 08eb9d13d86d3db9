import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { secret } from '../core/secret.ts'
import { createOpenedSets } from './opened-sets.ts'

function createSets() {
  const at = { now: 5000 }
  const sets = createOpenedSets({ monotonic: () => at.now })
  let opened = 0
  const get = (grant: string, sealed: string) =>
    sets.get(grant, sealed, () => {
      opened++
      return { accessToken: secret(`token of ${sealed}`), refreshToken: null }
    })
  /** How often a set was opened since the last time. */
  const count = () => {
    const since = opened
    opened = 0
    return since
  }
  return { at, sets, get, count }
}

test('a set is opened once while its sealed text is the same, and shows itself as a secret', () => {
  const { get, count } = createSets()
  assert.equal(get('g1', 'sealed 1').accessToken.reveal(), 'token of sealed 1')
  assert.equal(get('g1', 'sealed 1'), get('g1', 'sealed 1'))
  assert.equal(count(), 1)
  assert.equal(get('g1', 'sealed 2').accessToken.reveal(), 'token of sealed 2')
  assert.equal(get('g2', 'sealed 2').accessToken.reveal(), 'token of sealed 2')
  assert.equal(count(), 2)
  assert.doesNotMatch(inspect(get('g1', 'sealed 2'), { depth: 9, showHidden: true }), /token of/)
})

test('a set that does not open is not kept', () => {
  const { sets, get } = createSets()
  const fail = () => {
    throw new RangeError('damaged')
  }
  assert.throws(() => sets.get('g1', 'sealed 1', fail), RangeError)
  assert.throws(() => sets.get('g1', 'sealed 1', fail), RangeError)
  assert.equal(get('g1', 'sealed 1').accessToken.reveal(), 'token of sealed 1')
})

test('sets are forgotten by grant, all at once, and after two minutes without a use', () => {
  const { at, sets, get, count } = createSets()
  const use = () => {
    get('g1', 'sealed 1')
    get('g2', 'sealed 2')
    return count()
  }
  assert.equal(use(), 2)
  sets.forget('g1')
  assert.equal(use(), 1)
  sets.forget(null)
  assert.equal(use(), 2)
  for (let minute = 0; minute < 3; minute++) {
    at.now += 60_000
    get('g2', 'sealed 2')
  }
  assert.equal(count(), 0)
  assert.equal(use(), 1)
})

test('a thousand sets are kept at most', () => {
  const { get, count } = createSets()
  for (let grant = 0; grant < 5000; grant++) get(`g${grant}`, 'sealed')
  count()
  for (let grant = 4999; grant >= 0; grant--) get(`g${grant}`, 'sealed')
  assert.ok(count() >= 4000)
})
