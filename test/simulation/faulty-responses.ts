// The response to a request: the provider's answer, whole or cut, at once or in pieces, or what a proxy makes of it.

import type { NetworkFate } from './faults.ts'
import { json, type ProviderResponse } from './provider-response.ts'
import { type SimulatedProcess, survives, type World } from './world.ts'

/** The response of a provider that decides nothing; `null`: it decides. */
export function withoutDecision(fate: NetworkFate, client: string, retryAfter: string): ProviderResponse | null {
  if (fate === 'error_before') return { status: 503, body: '<h1>Service Unavailable</h1>' }
  if (fate === 'limited') return { ...json(429, { message: 'slow down' }), headers: { 'retry-after': retryAfter } }
  if (fate !== 'invalid_client') return null
  return json(401, { error: 'invalid_client', error_description: `${client} does not know this client` })
}

/** Returns what a proxy makes of the provider's answer, and whether all of it arrives. */
export function replaced(fate: NetworkFate, response: ProviderResponse): { sent: ProviderResponse; whole: boolean } {
  if (fate === 'page') return { sent: { status: 200, body: '<html>Welcome</html>' }, whole: false }
  if (fate === 'error_after') return { sent: { status: 502, body: '<html>Bad Gateway</html>' }, whole: false }
  if (fate === 'cut_text') return { sent: { ...response, body: response.body.slice(0, -9) }, whole: false }
  return { sent: response, whole: fate !== 'cut_stream' && fate !== 'endless' && fate !== 'reset_after' }
}

export function responseOf(fate: NetworkFate, { status, body, headers = {} }: ProviderResponse): Response {
  if (status === 204) return new Response(null, { status, headers })
  if (fate !== 'cut_stream' && fate !== 'endless') return new Response(body, { status, headers })
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(body.slice(0, -9)))
      if (fate === 'cut_stream') controller.error(failure('UND_ERR_SOCKET'))
    },
  })
  return new Response(stream, { status, headers })
}

/** Returns what a whole answer says about the refresh token that was presented. */
export function resultOf({ status, body }: ProviderResponse): 'issued' | 'refused' | 'harmless' | 'unknown' {
  if (status === 200) return 'issued'
  if (status === 429 || status === 401) return 'harmless'
  return body.includes('invalid_grant') ? 'refused' : 'unknown'
}

/** Sends the head at once and the body in a few pieces, seconds apart. */
export function inPieces(
  world: World,
  process: SimulatedProcess,
  { status, body, headers = {} }: ProviderResponse,
  /** Called when the last piece arrives at the machine, when it is read, and when the reader stops before that. */
  reader: { readonly comes: () => void; readonly ends: () => void; readonly leaves: () => void },
): Response {
  const { scheduler, random, pausing } = world
  let open = true
  const bytes = new TextEncoder().encode(body)
  const pieces = random.between(2, 8)
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let piece = 0, at = 0; piece < pieces; piece++) {
        at += random.between(500, 13_000)
        const part = bytes.slice((bytes.length * piece) / pieces, (bytes.length * (piece + 1)) / pieces)
        scheduler.after(at, () => comes(controller, part, piece === pieces - 1))
      }
    },
    cancel() {
      open = false
      reader.leaves()
    },
  })
  function comes(controller: ReadableStreamDefaultController<Uint8Array>, part: Uint8Array, last: boolean): void {
    if (last && open && !process.ended) reader.comes()
    pausing.deliver(process, 'socket', () => {
      if (!survives(world, process) || !open) return
      controller.enqueue(part)
      if (!last) return
      reader.ends()
      controller.close()
    })
  }
  return new Response(status === 204 ? null : stream, { status, headers })
}

export function failure(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}
