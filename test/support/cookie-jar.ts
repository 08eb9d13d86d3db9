// What a browser does with the cookies of one site: it keeps them, drops those whose time is over, and sends the oldest first.

export interface CookieJar {
  /** The header of a request. */
  readonly cookie: string
  readonly names: readonly string[]
  keep(headers: Headers): void
}

export function cookieJar(): CookieJar {
  const kept = new Map<string, string>()
  return {
    get cookie() {
      return [...kept].map((pair) => pair.join('=')).join('; ')
    },
    get names() {
      return [...kept.keys()]
    },
    keep(headers) {
      for (const line of headers.getSetCookie()) {
        const [pair = ''] = line.split(';')
        const name = pair.slice(0, pair.indexOf('='))
        if (/;\s*Max-Age=0\b/i.test(line)) kept.delete(name)
        else kept.set(name, pair.slice(name.length + 1))
      }
    },
  }
}
