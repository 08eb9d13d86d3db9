// A provider's answer, read to its end and without the token in it: Cal.com repeats the token in an error's body, and
// nobody else may see it.

import type { ProviderAnswer } from '../core/errors.ts'
import { TransportError } from '../core/http.ts'
import type { ApiAnswer } from '../core/provider.ts'
import { withoutTokens } from '../core/redaction.ts'
import type { TokenSet } from '../core/tokens.ts'

export interface ApiResponse {
  readonly response: Response
  /** What the answer says, for an error to carry. Read it for failures alone. */
  readonly told: ProviderAnswer
  /** The same, as a definition judges it. */
  readonly judged: ApiAnswer
  /** Whether it is one that the API gives: neither a redirect nor a page, and not broken. */
  readonly clear: boolean
}

/** Reads the body now, so that the deadline covers it and nothing is left hanging. */
export async function readResponse(response: Response, tokens: TokenSet, safe: boolean): Promise<ApiResponse> {
  const { status, url } = response
  const bare = status === 204 || status === 205 || status === 304
  const bytes = bare ? null : await readWhole(response, status >= 300)
  // What a safe call is answered may be of any kind, and need not be looked into.
  const text = bytes && (!safe || status >= 300) ? new TextDecoder().decode(bytes) : ''
  const clear = status < 300 ? !isPageOrBroken(text, response.headers) : status >= 400 && status !== 408
  const failed = status >= 300 || !clear
  const hide = failed ? withoutTokens(tokens) : (text: string) => text
  const statusText = hide(response.statusText)
  const shown = failed ? hide(text.slice(0, longestFailure)) : text
  const headers = new Headers([...response.headers].map(([name, value]): [string, string] => [name, hide(value)]))
  // They describe the body as it travelled, not the one that has been read.
  if (bytes?.length) for (const name of ['content-length', 'content-encoding']) headers.delete(name)
  const copy = new Response(bytes === null || shown === text ? bytes : shown, { status, statusText, headers })
  Object.defineProperty(copy, 'url', { value: url })
  const json = parseJson(shown)
  return {
    response: copy,
    told: { status, body: json === undefined ? shown : json },
    judged: { status, headers, json: json ?? null },
    clear,
  }
}

/** A page of something else, or JSON that breaks off. Other kinds of content are for the caller to judge. */
function isPageOrBroken(text: string, headers: Headers): boolean {
  if (text.trim() === '' || parseJson(text) !== undefined) return false
  return /^$|html|json/i.test(headers.get('content-type') ?? '') || /^\s*<(!doctype|html)/i.test(text)
}

/** Bytes of body; no answer of an API is longer. */
const longest = 33_554_432
/** Bytes of the body of a failure; the rest of a longer one is left out. */
const longestFailure = 65_536

async function readWhole(response: Response, failed: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (failed && size > longestFailure) break
    if (size > longest) throw new TransportError('the answer is too long', true, undefined, 'too_long')
  }
  const whole = new Uint8Array(Buffer.concat(chunks))
  return failed ? whole.subarray(0, longestFailure) : whole
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
