import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'

import { neverLeft, platformFetch } from './http.ts'

function failed(code: string, syscall?: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, ...(syscall && { syscall }) }) })
}

test('a request certainly did not leave if connecting failed', () => {
  for (const code of ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']) {
    assert.ok(neverLeft(failed(code, 'connect')), code)
  }
  assert.ok(neverLeft(failed('ENOTFOUND', 'getaddrinfo')))
  assert.ok(neverLeft(failed('UND_ERR_CONNECT_TIMEOUT')))
  assert.ok(neverLeft(failed('CERT_HAS_EXPIRED')))
})

test('a request may have left if an established connection failed', () => {
  for (const code of ['EHOSTUNREACH', 'ENETUNREACH']) {
    for (const syscall of ['read', 'write', undefined])
      assert.ok(!neverLeft(failed(code, syscall)), `${syscall} ${code}`)
  }
  assert.ok(!neverLeft(failed('ECONNRESET', 'read')))
  const both = [failed('ECONNREFUSED', 'connect'), failed('ENETUNREACH', 'write')]
  assert.ok(!neverLeft(new AggregateError(both)))
})

test('a port without a listener is described as Node describes it', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  const error = await platformFetch(`http://127.0.0.1:${port}/`).catch((cause: unknown) => cause)
  assert.ok(neverLeft(error), String(error))
})
