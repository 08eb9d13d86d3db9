// A response whose body has been read. The platform would make a second response with two streams for it, which takes longer
// than all else that Punctual does for a small call. So the first one hands out the bytes itself, and a second is made only
// for who wants a stream, a copy or a form.

import { describesTransfer } from './api-response.ts'

type Chunks = readonly Uint8Array[]

interface ReadBody {
  chunks: Chunks
  /** Whether the bytes have been handed out: like every body, once. */
  isTaken: boolean
  headers: Headers | null
  /** The second response. Once it is made, it has the body. */
  second: Response | null
}

const bodies = new WeakMap<Response, ReadBody>()
const decoder = new TextDecoder()

/** Gives the body, which consists of `chunks`, back to its response. The headers no longer describe how it travelled. */
export function withReadBody(response: Response, chunks: Chunks): Response {
  bodies.set(response, { chunks, isTaken: false, headers: null, second: null })
  return Object.setPrototypeOf(response, prototypeOver(Object.getPrototypeOf(response)))
}

const prototypes = new WeakMap<Response, object>()

/** Every platform has one class of responses, so there is one prototype. */
function prototypeOver(platform: Response): object {
  const known = prototypes.get(platform)
  if (known) return known
  const made = Object.create(platform, membersOver(platform))
  prototypes.set(platform, made)
  return made
}

function membersOver(platform: Response): PropertyDescriptorMap {
  const get = <Value>(read: (response: Response) => Value) => ({
    configurable: true,
    get(this: Response) {
      return read(this)
    },
  })
  const method = <Result>(call: (response: Response) => Result) => ({
    configurable: true,
    writable: true,
    value(this: Response) {
      return call(this)
    },
  })

  function headersOf(response: Response): Headers {
    const body = bodyOf(response)
    body.headers ??= withoutTransfer(Reflect.get(platform, 'headers', response))
    return body.headers
  }

  function secondOf(response: Response): Response {
    const body = bodyOf(response)
    if (body.second) return body.second
    const { status, statusText } = response
    const second = new Response(joined(body.chunks), { status, statusText, headers: headersOf(response) })
    // The body of what has been read cannot be read again.
    if (body.isTaken) void second.bytes()
    Object.assign(body, { chunks: [], second })
    return second
  }

  const reader = <Result>(
    name: 'arrayBuffer' | 'bytes' | 'json' | 'text',
    result: (chunks: Chunks) => Result,
  ): PropertyDescriptor =>
    method(async (response) => {
      const body = bodyOf(response)
      if (body.second) return body.second[name]()
      if (body.isTaken) throw new TypeError('The body of this response has been read already.')
      const { chunks } = body
      Object.assign(body, { chunks: [], isTaken: true })
      return result(chunks)
    })

  return {
    headers: get(headersOf),
    body: get((response) => secondOf(response).body),
    bodyUsed: get((response) => {
      const { second, isTaken } = bodyOf(response)
      return second?.bodyUsed ?? isTaken
    }),
    text: reader('text', textOf),
    json: reader('json', (chunks) => JSON.parse(textOf(chunks))),
    bytes: reader('bytes', joined),
    arrayBuffer: reader('arrayBuffer', (chunks) => joined(chunks).buffer),
    blob: method((response) => secondOf(response).blob()),
    formData: method((response) => secondOf(response).formData()),
    clone: method((response) => secondOf(response).clone()),
  }
}

function bodyOf(response: Response): ReadBody {
  const body = bodies.get(response)
  if (body) return body
  throw new TypeError('This is not a response.')
}

function withoutTransfer(headers: Headers): Headers {
  const copy = new Headers(headers)
  for (const name of describesTransfer) copy.delete(name)
  return copy
}

/** In memory of its own. */
function joined(chunks: Chunks): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

function textOf(chunks: Chunks): string {
  const [only, ...more] = chunks
  return decoder.decode(only && more.length === 0 ? only : joined(chunks))
}
