import assert from 'node:assert/strict'
import { test } from 'node:test'
import { starting } from './starting.ts'

const ask = async (path: string, headers: Record<string, string> = {}) => {
  const response = starting(new Request(`http://localhost${path}`, { headers }))
  return { response, body: (await response.json()) as Record<string, unknown> }
}

test('while it starts a process lives, and is not ready', async () => {
  for (const path of ['/livez', '/healthz', '/punctual/livez']) {
    const { response, body } = await ask(path)
    assert.deepEqual([response.status, body], [200, { status: 'ok' }])
  }
  const { response, body } = await ask('/readyz')
  assert.deepEqual([response.status, body], [503, { status: 'not_ready', reason: 'starting' }])
})

test('everything else is a problem document that says when to come again', async () => {
  for (const path of ['/v1/connections', '/', '/connect/session_1', '/metrics', '/docs']) {
    const { response, body } = await ask(path, { 'x-request-id': 'mine-1' })
    const { headers, status } = response
    assert.deepEqual([status, headers.get('content-type')], [503, 'application/problem+json'])
    assert.deepEqual([headers.get('retry-after'), headers.get('x-request-id')], ['1', 'mine-1'])
    assert.deepEqual([body.code, body.retryAfterMs, body.requestId], ['starting', 1000, 'mine-1'])
  }
})
