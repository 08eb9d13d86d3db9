// A provider's response, read to its end and without the token in it: Cal.com repeats the token in the body of an
// error, and nothing else may see it. A failure is read, and every response to a call that changes something: what is
// read can be judged, and cannot break off in the caller's hands. At most 32 MiB are kept in memory.

import type { ProviderAnswer } from '../core/errors.ts'
import { TransportError } from '../core/http.ts'
import { parseJson } from '../core/json.ts'
import type { ApiAnswer } from '../core/provider.ts'
import { withoutTokens } from '../core/redaction.ts'
import type { TokenSet } from '../core/tokens.ts'

export interface ApiResponse {
  readonly response: Response
  /** What the response says, for an error to carry. Read it for failures alone. */
  readonly shown: ProviderAnswer
  /** The same, for a definition to judge. */
  readonly judged: ApiAnswer
  /** Whether the API itself gave it: it is neither a redirect nor a page, and did not break off. */
  readonly isClear: boolean
}

/** No response of an API is longer. */
export const mostBodyBytes = 33_554_432
/** The rest of a longer failure is left out. */
const mostFailureBytes = 65_536

/** Headers that describe a body as it travelled, not the one that has been decoded. */
export const describesTransfer: readonly string[] = ['content-length', 'content-encoding']

/** Reads the body now, so that the deadline covers it and no connection stays open. */
export async function readResponse(response: Response, tokens: TokenSet): Promise<ApiResponse> {
  const { status, url } = response
  const hasNoBody = status === 204 || status === 205 || status === 304
  const bytes = hasNoBody ? null : await readWhole(response, status >= 300)
  const text = bytes?.length ? new TextDecoder().decode(bytes) : ''
  const isClear = status < 300 ? !isPageOrBroken(text, response.headers) : status >= 400 && status !== 408
  const isFailure = status >= 300 || !isClear
  const hide = isFailure ? withoutTokens(tokens) : (text: string) => text
  const statusText = hide(response.statusText)
  const safeText = isFailure ? hide(text.slice(0, mostFailureBytes)) : text
  const headers = new Headers([...response.headers].map(([name, value]): [string, string] => [name, hide(value)]))
  if (bytes?.length) for (const name of describesTransfer) headers.delete(name)
  const copy = new Response(bytes === null || safeText === text ? bytes : safeText, { status, statusText, headers })
  Object.defineProperty(copy, 'url', { value: url })
  // Nobody looks into a success.
  const json = isFailure && safeText !== '' ? parseJson(safeText) : undefined
  return {
    response: copy,
    shown: { status, body: json === undefined ? safeText : json },
    judged: { status, headers, json: json ?? null },
    isClear,
  }
}

/** A page of something else, or JSON that breaks off. Other kinds of content are for the caller to judge. */
function isPageOrBroken(text: string, headers: Headers): boolean {
  if (text.trim() === '' || parseJson(text) !== undefined) return false
  return /^$|html|json/i.test(headers.get('content-type') ?? '') || /^\s*<(!doctype|html)/i.test(text)
}

async function readWhole(response: Response, isFailure: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (isFailure && size > mostFailureBytes) break
    if (size > mostBodyBytes) throw tooLong()
  }
  const whole = Buffer.concat(chunks)
  return isFailure ? whole.subarray(0, mostFailureBytes) : whole
}

export function tooLong(): TransportError {
  return new TransportError('the answer is too long', true, undefined, 'too_long')
}
