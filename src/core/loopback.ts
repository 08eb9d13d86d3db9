// Plain http is for one's own machine alone; this is what "one's own machine" means, for every part that must ask.

/** Whether the address is this machine's own: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
}

/** Whether a secret may travel there: over https, or over plain http on loopback. */
export function isSafeAddress(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}
