// Keeps foreign pages away from the sandbox's own endpoints. The providers' addresses are open to all: an API is
// called from anywhere.

import { type Answer, type Exchange, jsonAnswer, refused } from '../http/exchange.ts'

/**
 * Refuses a request by a name that is not this machine's, such as a rebound DNS name; returns null for any other.
 * `base` is the address that the sandbox knows as its own.
 */
export function refuseOtherName(exchange: Exchange, base: string): Answer | null {
  const { hostname } = exchange.url
  if (isLoopback(hostname) || isAddress(hostname) || hostname === new URL(base).hostname) return null
  const sentence = `The sandbox does not serve the name ${hostname}: open ${base}/, or give createSandbox the "url" under which it is reached.`
  return refused(exchange, 'a name that does not belong to the sandbox', jsonAnswer(421, { error: sentence }))
}

/** Refuses what a page of another origin has sent; returns null for the sandbox's own pages, and for programs. */
export function refuseOtherOrigin(exchange: Exchange, base: string): Answer | null {
  const { headers, url } = exchange
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const own = [url.host, new URL(base).host]
  // Older browsers send only the origin.
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

/** A foreign page can point its own name to another address, but cannot have an address as its name. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(hostname)
}
