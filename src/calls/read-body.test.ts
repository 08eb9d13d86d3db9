import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { withReadBody } from './read-body.ts'

const bytes = new TextEncoder().encode('{"name":"Zoë"}')
const headers = { 'content-type': 'application/json', 'content-length': '15', 'content-encoding': 'gzip' }

/** A response of the platform, and one that has been read. Its text is cut inside a character. */
const both = (): Response[] => [
  new Response(bytes, { headers: { 'content-type': 'application/json' } }),
  withReadBody(new Response('consumed', { headers }), [bytes.subarray(0, 12), bytes.subarray(12)]),
]

/** A read of what has been read: most are refused with a TypeError, and a stream has nothing more. */
async function outcomeOf(read: (response: Response) => Promise<unknown>, response: Response): Promise<unknown> {
  try {
    return await read(response)
  } catch (error) {
    return error instanceof TypeError ? 'refused' : error
  }
}

describe('a response that has been read says the same as one of the platform', () => {
  const reads: Record<string, (response: Response) => Promise<unknown>> = {
    text: (response) => response.text(),
    json: (response) => response.json(),
    bytes: (response) => response.bytes(),
    arrayBuffer: (response) => response.arrayBuffer(),
    blob: async (response) => {
      const blob = await response.blob()
      return [blob.type, await blob.text()]
    },
    body: async (response) => {
      let text = ''
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString('latin1')
      return text
    },
    'a copy, then the response': async (response) => {
      const copy = response.clone()
      return [await copy.text(), await response.text()]
    },
    'another response of it': (response) => new Response(response.body, response).text(),
  }
  for (const [name, read] of Object.entries(reads))
    test(`by ${name}, once`, async () => {
      const [platform, own] = both() as [Response, Response]
      assert.deepEqual([platform.bodyUsed, own.bodyUsed], [false, false])
      assert.deepEqual(await read(own), await read(platform))
      assert.deepEqual([platform.bodyUsed, own.bodyUsed], [true, true])
      for (const again of Object.values(reads))
        assert.deepEqual(await outcomeOf(again, own), await outcomeOf(again, platform))
    })

  test('with its status, headers and class', () => {
    const [platform, own] = both() as [Response, Response]
    assert.deepEqual([...own.headers], [...platform.headers])
    assert.deepEqual([own.ok, own.status, own.statusText, own.redirected], [true, 200, '', false])
    assert.ok(own instanceof Response)
    own.headers.set('x-more', '1')
    assert.equal(own.headers.get('x-more'), '1')
    assert.match(inspect(own), /^Response \{/)
  })
})

test('what is handed out is the reader’s own memory', async () => {
  const chunk = bytes.slice()
  const response = withReadBody(new Response('consumed'), [chunk])
  const handed = await response.bytes()
  handed.fill(0)
  assert.deepEqual(chunk, bytes)
})

test('a form is read, and an empty body is empty', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = withReadBody(new Response('consumed', { headers: form }), [new TextEncoder().encode('a=1')])
  assert.deepEqual([...(await response.formData())], [['a', '1']])
  assert.equal(await withReadBody(new Response('consumed'), []).text(), '')
  await assert.rejects(withReadBody(new Response('consumed'), []).json(), SyntaxError)
})
