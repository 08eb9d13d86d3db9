// Keeps strangers' pages out: a request must name this server as its host (a rebound DNS name does not), a form must
// come from this origin, and from elsewhere a page can only be visited, not fetched or embedded.

import type { MiddlewareHandler } from 'hono'
import { isLoopback } from '../core/loopback.ts'

/** Refuses what was not meant for `own`, or was not sent from it. */
export function guard(own: URL): MiddlewareHandler {
  return async (c, next) => {
    const { method, headers, url } = c.req.raw
    const asked = new URL(url)
    const host = URL.parse(`${own.protocol}//${headers.get('host') ?? asked.host}`)
    if (host?.host !== own.host) {
      const sameMachine = host && isLoopback(host) && isLoopback(own) && host.port === own.port
      // Another name of the same machine: cookies belong to a name, so only one of them can be used.
      if (sameMachine && method === 'GET') return c.redirect(`${own.origin}${asked.pathname}${asked.search}`, 307)
      return c.text(`This server is ${own.origin}, and answers to no other name.`, 421)
    }
    if (method !== 'GET' && method !== 'HEAD' && !isSameOrigin(headers, own)) {
      return c.text('This form was not sent from the page it belongs to. Open the page, and press its button.', 403)
    }
    const foreign = ['cross-site', 'same-site'].includes(headers.get('sec-fetch-site') ?? '')
    if (foreign && headers.get('sec-fetch-dest') !== 'document') {
      return c.text('This page can be visited, but not be part of another site.', 403)
    }
    return next()
  }
}

/** `Sec-Fetch-Site` first: a page with `no-referrer` sends `Origin: null` with its own forms. */
function isSameOrigin(headers: Headers, own: URL): boolean {
  const site = headers.get('sec-fetch-site')
  return site === null ? headers.get('origin') === own.origin : site === 'same-origin'
}
