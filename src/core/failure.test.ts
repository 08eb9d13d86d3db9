import assert from 'node:assert/strict'
import { test } from 'node:test'

import { PunctualError } from './errors.ts'
import { failureOf, withFailure } from './failure.ts'

test('a clone means what its original means', () => {
  const failure = new PunctualError('provider_refused', 'No.', { reason: 'slot_taken' })
  const response = withFailure(new Response('{}', { status: 400 }), failure)
  assert.equal(failureOf(response.clone()), failure)
  assert.equal(failureOf(response.clone().clone()), failure)
})

test('a response from elsewhere has the meaning of its status', () => {
  const cases: [status: number, code: string | undefined, reason: string | undefined][] = [
    [200, undefined, undefined],
    [204, undefined, undefined],
    [304, undefined, undefined],
    [302, 'provider_unavailable', 'unexpected_answer'],
    [404, 'provider_refused', undefined],
    [408, 'provider_unavailable', 'server_error'],
    [429, 'rate_limited', undefined],
    [500, 'provider_unavailable', 'server_error'],
  ]
  for (const [status, code, reason] of cases) {
    const failure = failureOf(new Response(null, { status }))
    assert.deepEqual([failure?.code, failure?.reason], [code, reason], String(status))
  }
})

test('a value that is not a response is refused', () => {
  for (const rubbish of [null, undefined, {}, 'x']) {
    assert.throws(() => failureOf(rubbish as never), { code: 'invalid_argument' })
  }
})
