import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetchWithoutTokens } from './fetch-without-tokens.ts'

const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'
const headers = { authorization: `Bearer ${token}` }

/** Answers each request with that response. */
const answering = (response: Response) => fetchWithoutTokens(async () => response)

test('a token that a provider repeats leaves neither in a header, nor in the reason, nor in the body', async () => {
  const text = JSON.stringify({ echo: `Bearer ${token}`, address: `https://x.example/?t=${encodeURIComponent(token)}` })
  const original = new Response(text, {
    status: 203,
    statusText: token,
    headers: { 'x-echo': `Bearer ${token}`, etag: '"1"' },
  })
  Object.defineProperty(original, 'url', { value: 'https://api.example.com/echo' })
  const response = await answering(original)('https://api.example.com/echo', { headers })
  assert.deepEqual(
    [response.status, response.statusText, response.url],
    [203, '[secret]', 'https://api.example.com/echo'],
  )
  assert.deepEqual([response.headers.get('x-echo'), response.headers.get('etag')], ['Bearer [secret]', '"1"'])
  assert.deepEqual(await response.json(), { echo: 'Bearer [secret]', address: 'https://x.example/?t=[secret]' })
})

test('a long body is looked through while it comes; its other bytes are unchanged, also where they are no text', async () => {
  const noise = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 7) % 256))
  const whole = Buffer.concat([noise(30_000), Buffer.from(token), noise(30_000), Buffer.from('größe'), noise(9)])
  for (const piece of [1000, 4099, 30_017]) {
    let at = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= whole.length) return controller.close()
        controller.enqueue(whole.subarray(at, at + piece))
        at += piece
      },
    })
    const response = await answering(new Response(body))('https://api.example.com/', { headers })
    const shown = Buffer.from(await response.arrayBuffer())
    const expected = Buffer.concat([
      noise(30_000),
      Buffer.from('[secret]'),
      noise(30_000),
      Buffer.from('größe'),
      noise(9),
    ])
    assert.ok(shown.equals(expected), `pieces of ${piece}`)
  }
})

test('a body that breaks off still fails, and one that nobody reads is ended', async () => {
  const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) })
  const response = await answering(new Response(broken))('https://api.example.com/', { headers })
  await assert.rejects(response.text(), /terminated/)
  const ended = Promise.withResolvers<void>()
  const endless = new ReadableStream({ cancel: () => ended.resolve() })
  await (await answering(new Response(endless))('https://api.example.com/', { headers })).body?.cancel()
  await ended.promise
})

test('a request without a token gets the response as it is, and one without a body gets none', async () => {
  const original = new Response(token)
  assert.equal(await answering(original)('https://auth.example.com/token', { method: 'POST' }), original)
  const none = await answering(new Response(null, { status: 204 }))('https://api.example.com/', { headers })
  assert.deepEqual([none.status, none.body], [204, null])
})
