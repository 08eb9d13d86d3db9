// Keeps strangers' pages away from what belongs to the sandbox itself. The providers' own addresses are open: an API is
// called from anywhere.

import { type Answer, type Exchange, jsonAnswer, refused } from '../http/exchange.ts'

/**
 * The refusal of a request by a name that is not this machine's, such as a rebound DNS name; null for any other.
 * `base` is the address that the sandbox knows as its own.
 */
export function refuseOtherName(exchange: Exchange, base: string): Answer | null {
  const { hostname } = exchange.url
  if (isLoopback(hostname) || isAddress(hostname) || hostname === new URL(base).hostname) return null
  const sentence = `The sandbox does not answer to the name ${hostname}: open ${base}/, or give createSandbox the "url" by which it is reached.`
  return refused(exchange, 'a name that is not the sandbox’s', jsonAnswer(421, { error: sentence }))
}

/** The refusal of what a page of another origin has sent; null for the sandbox's own pages, and for programs. */
export function refuseOtherOrigin(exchange: Exchange, base: string): Answer | null {
  const { headers, url } = exchange
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const own = [url.host, new URL(base).host]
  // Older browsers say where a request comes from by its origin alone.
  const isOwn = site === null ? origin === null || own.includes(URL.parse(origin)?.host ?? '') : isHere.has(site)
  if (isOwn) return null
  const sentence = 'A page of another site may not control the sandbox: use the sandbox’s own page, or a program.'
  return refused(exchange, 'sent by a page of another origin', jsonAnswer(403, { error: sentence }))
}

/** `none`: a person has typed the address. */
const isHere: ReadonlySet<string> = new Set(['same-origin', 'none'])

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost')
}

/** A page of a stranger can give its name another address, but cannot take an address as its name. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(hostname)
}
