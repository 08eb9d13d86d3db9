// Keeps the pages of other sites out of a server on this machine: a request must name this server as its host (a rebound DNS
// name does not), a form must come from this origin, and another site can only link to a page, not fetch or embed it.

import { isLoopback } from './loopback.ts'

export interface GuardOptions {
  /** Whether programs post here: then a request that no browser sent is accepted. Default false. */
  readonly programs?: boolean
  /** Whether the server may be reached by other names, such as behind a proxy. Default false. */
  readonly anyHost?: boolean
}

/** Returns the refusal of a request that was not meant for `own`, or was not sent from it; `null` for any other. */
export function guard(
  request: Request,
  own: URL,
  { programs = false, anyHost = false }: GuardOptions = {},
): Response | null {
  const { method, headers, url } = request
  const asked = new URL(url)
  const host = URL.parse(`${own.protocol}//${headers.get('host') ?? asked.host}`)
  if (!anyHost && host?.host !== own.host) {
    const sameMachine = host && isLoopback(host) && isLoopback(own) && host.port === own.port
    // Another name of the same machine: cookies belong to a name, so only one of them can be used.
    if (sameMachine && method === 'GET') return redirect(`${own.origin}${asked.pathname}${asked.search}`)
    return refusal(421, `This server is ${own.origin}, and answers to no other name.`)
  }
  const site = headers.get('sec-fetch-site')
  const isProgram = programs && site === null && !headers.has('origin')
  if (method !== 'GET' && method !== 'HEAD' && !isProgram && !isSameOrigin(headers, own)) {
    return refusal(403, 'This form was not sent from the page it belongs to. Open the page, and press its button.')
  }
  if (['cross-site', 'same-site'].includes(site ?? '') && headers.get('sec-fetch-dest') !== 'document') {
    return refusal(403, 'This page can be visited, but not be part of another site.')
  }
  return null
}

/** `Sec-Fetch-Site` first: a page with `no-referrer` sends `Origin: null` with its own forms. */
function isSameOrigin(headers: Headers, own: URL): boolean {
  const site = headers.get('sec-fetch-site')
  return site === null ? headers.get('origin') === own.origin : site === 'same-origin'
}

function redirect(location: string): Response {
  return new Response(null, { status: 307, headers: { location, 'cache-control': 'no-store' } })
}

function refusal(status: number, sentence: string): Response {
  return new Response(sentence, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
