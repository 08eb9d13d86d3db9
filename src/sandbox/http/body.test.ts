import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBody } from './body.ts'

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request('http://sandbox.test/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}

test('a body is read whole', async () => {
  assert.equal(await readBody(post('Zoë')), 'Zoë')
  assert.equal(await readBody(new Request('http://sandbox.test/', { method: 'POST' })), '')
  assert.equal((await readBody(post('x'.repeat(1_048_576)))).toString().length, 1_048_576)
})

test('a body that stalls is given up, and one without an end is not kept in memory', async () => {
  let ended = 0
  const silent = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(9)),
    cancel: () => void ended++,
  })
  assert.equal(await readBody(post(silent), 5), 408)
  let pulled = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 65_536
      controller.enqueue(new Uint8Array(65_536))
    },
    cancel: () => void ended++,
  })
  assert.equal(await readBody(post(endless)), 413)
  assert.ok(pulled < 1_500_000, String(pulled))
  assert.equal(await readBody(post('{}', { 'content-length': '2000000' })), 413)
  assert.equal(ended, 2)
})
