import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback, isSafeAddress } from './loopback.ts'

test('a name below localhost is this machine for a browser, but not a place to send a secret', () => {
  for (const [host, loopback, safe] of [
    ['localhost', true, true],
    ['127.0.0.1', true, true],
    ['127.9.9.9', true, true],
    ['[::1]', true, true],
    ['app.localhost', true, false],
    ['a.b.localhost', true, false],
    ['localhost.evil.example', false, false],
    ['evillocalhost', false, false],
    ['127.0.0.1.evil.example', false, false],
    ['10.0.0.7', false, false],
  ] as const) {
    const url = new URL(`http://${host}:4600/`)
    assert.deepEqual([isLoopback(url), isSafeAddress(url)], [loopback, safe], host)
    assert.ok(isSafeAddress(new URL(`https://${host}/`)))
  }
})
