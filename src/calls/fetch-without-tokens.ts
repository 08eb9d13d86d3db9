// For a service that gives its tokens to nobody: a provider, or something in front of it, may repeat in a response the token
// that it got. It is found as plain text and with the escapes of JSON, of an address or of a page; not where a body is
// compressed within itself, or encoded in another way such as base64.

import type { Fetch } from '../core/http.ts'
import { createRedaction, withoutSecrets } from '../core/redaction.ts'

/** Returns a `fetch` whose responses have `[secret]` in place of the token that the request was sent with. */
export function fetchWithoutTokens(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    const [, token] = /^bearer +(\S+)$/i.exec(new Headers(init?.headers).get('authorization') ?? '') ?? []
    return token === undefined ? response : hidden(response, token)
  }
}

function hidden(original: Response, token: string): Response {
  const hide = withoutSecrets([token])
  const { status, statusText, url } = original
  const headers = [...original.headers].map(([name, value]): [string, string] => [name, hide(value)])
  const body = original.body?.pipeThrough(redacting(token)) ?? null
  const copy = new Response(body, { status, statusText: hide(statusText), headers })
  return Object.defineProperty(copy, 'url', { value: url })
}

/** Each byte as one character: what is not text passes unchanged. */
function redacting(token: string): TransformStream<Uint8Array, Uint8Array> {
  const redaction = createRedaction([token])
  const send = (controller: TransformStreamDefaultController<Uint8Array>, text: string) => {
    if (text !== '') controller.enqueue(Buffer.from(text, 'latin1'))
  }
  return new TransformStream({
    transform: (chunk, controller) => send(controller, redaction.push(Buffer.from(chunk).toString('latin1'))),
    flush: (controller) => send(controller, redaction.end()),
  })
}
