// Plain http is allowed on this machine alone. This file says what "this machine" means, for every part that must know.

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Whether a browser treats the address as this machine's own: `localhost` and names below it, 127.0.0.0/8 or `[::1]`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6761#section-6.3 RFC 6761, section 6.3}
 */
export function isLoopback(url: URL): boolean {
  return loopback.test(url.hostname) || url.hostname.endsWith('.localhost')
}

/** Whether an address names this machine so that no name has to be looked up elsewhere: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isThisMachine(url: URL): boolean {
  return loopback.test(url.hostname)
}

/**
 * Whether a secret may travel there: over https, or over plain http on loopback. A name below `localhost` does not count:
 * outside of a browser it is looked up like any other name.
 */
export function isSafeAddress(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url))
}
