import assert from 'node:assert/strict'
import { test } from 'node:test'

import { PunctualError } from './core/errors.ts'
import { failureOf, rememberFailure } from './failure.ts'

test('a clone of a response has the meaning of its original', () => {
  const failure = new PunctualError('provider_refused', 'No.', { reason: 'slot_taken' })
  const response = rememberFailure({ response: new Response('{}', { status: 400 }), failure })
  assert.equal(failureOf(response.clone()), failure)
  assert.equal(failureOf(response.clone().clone()), failure)
})

test('a response from elsewhere has the meaning of its status, and a failure never counts as a success', () => {
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

test('anything but a response is refused', () => {
  for (const other of [null, undefined, {}, 'x']) {
    assert.throws(() => failureOf(other as never), { code: 'invalid_argument' })
  }
})
