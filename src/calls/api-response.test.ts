import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secret } from '../core/secret.ts'
import { readResponse } from './api-response.ts'

const token = 'the-access-token'
const tokens = { accessToken: secret(token), refreshToken: null }

test('a failure shows no part of the token, in any spelling', async () => {
  const spelled = token.replace('-', '\\u002d')
  const body = `{"part":"got ${token.slice(0, 9)}…","all":"${spelled}"}`
  const { response, shown } = await readResponse(new Response(body, { status: 404 }), tokens)
  const expected = { part: 'got [secret]…', all: '[secret]' }
  assert.deepEqual(await response.json(), expected)
  assert.deepEqual(shown.body, expected)
})

test('a failure is read up to 64 KiB, and the rest is cancelled', async () => {
  let bytesRead = 0
  let canceled = false
  const endless = new ReadableStream({
    pull(controller) {
      bytesRead += 16_384
      controller.enqueue(Buffer.alloc(16_384, '\\"'))
    },
    cancel() {
      canceled = true
    },
  })
  const original = new Response(endless, { status: 404, headers: { 'content-length': '99999999' } })
  const { response } = await readResponse(original, tokens)
  assert.equal((await response.text()).length, 65_536)
  assert.equal(response.headers.get('content-length'), null)
  assert.ok(canceled && bytesRead < 200_000)
})

test('a success with a text of 16 MB is a success', async () => {
  const original = new Response(`{"text":"${'\\"'.repeat(8e6)}"}`, { status: 201 })
  const { response, isClear } = await readResponse(original, tokens)
  assert.equal(isClear, true)
  assert.equal(((await response.json()) as { text: string }).text.length, 8e6)
})

test('the headers that describe how the body travelled are removed once it has been read', async () => {
  const headers = { 'content-encoding': 'gzip', 'content-length': '3', 'content-type': 'application/json' }
  const { response } = await readResponse(new Response('{"a":1}', { headers }), tokens)
  assert.deepEqual([...response.headers.keys()], ['content-type'])
  const head = await readResponse(new Response(null, { headers: { 'content-length': '300' } }), tokens)
  assert.equal(head.response.headers.get('content-length'), '300')
})
