// A minimal browser for a connect flow: keeps cookies by host and path, follows redirects, fills in forms.

export interface Page {
  /** The final address. */
  readonly url: URL
  readonly status: number
  readonly text: string
  /** The address of the first link whose address contains `part`. */
  link(part: string): URL
}

export interface Browser {
  /** Opens an address and follows redirects, except to an address for which `stop` is true. */
  open(address: string | URL, stop?: (url: URL) => boolean): Promise<Page>
  /** Sends a form to an address, and follows redirects. */
  send(address: string | URL, fields: Record<string, string>): Promise<Page>
  /** Fills in the page's form and sends it. */
  submit(page: Page, fields?: Record<string, string>, stop?: (url: URL) => boolean): Promise<Page>
  /** Returns the target of one redirect without opening it. */
  sentTo(address: string | URL): Promise<URL>
}

interface Cookie {
  readonly host: string
  readonly path: string
  readonly name: string
  readonly value: string
}

export function createBrowser(): Browser {
  let cookies: Cookie[] = []

  async function ask(url: URL, form?: URLSearchParams): Promise<Response> {
    const shown = cookies.filter(({ host, path }) => host === url.hostname && covers(path, url.pathname))
    const headers = { cookie: shown.map(({ name, value }) => `${name}=${value}`).join('; ') }
    const response = await fetch(url, { redirect: 'manual', headers, ...(form && { method: 'POST', body: form }) })
    for (const line of response.headers.getSetCookie()) keep(url, line)
    return response
  }

  function keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const named = (name: string) => attributes.find((one) => one.toLowerCase().startsWith(`${name}=`))?.split('=')[1]
    const cookie = {
      host: url.hostname,
      path: named('path') ?? '/',
      name: pair.slice(0, at),
      value: pair.slice(at + 1),
    }
    const ended = named('max-age') === '0' || new Date(named('expires') ?? '2999-01-01').getTime() <= Date.now()
    cookies = cookies.filter(
      ({ host, path, name }) => `${host} ${path} ${name}` !== `${cookie.host} ${cookie.path} ${cookie.name}`,
    )
    if (!ended) cookies.push(cookie)
  }

  async function follow(from: URL, form: URLSearchParams | undefined, stop: (url: URL) => boolean): Promise<Page> {
    let url = from
    for (let hops = 0; hops < 20; hops++) {
      const response = await ask(url, hops === 0 ? form : undefined)
      const location = response.headers.get('location')
      const text = await response.text()
      if (!location) return pageOf(url, response.status, text)
      url = new URL(location, url)
      if (stop(url)) return pageOf(url, response.status, '')
    }
    throw new Error(`too many redirects, the last to ${url.origin}${url.pathname}`)
  }

  return {
    open: (address, stop = () => false) => follow(new URL(address), undefined, stop),
    send: (address, fields) => follow(new URL(address), new URLSearchParams(fields), () => false),
    submit(page, fields = {}, stop = () => false) {
      const [, form = '', inside = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(page.text) ?? []
      const hidden = [...inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      const body = new URLSearchParams([
        ...hidden.map(([, name = '', value = '']) => [name, value]),
        ...Object.entries(fields),
      ])
      const action = /action="([^"]*)"/.exec(form)?.[1]
      if (!action) throw new Error(`there is no form at ${page.url.pathname}: ${page.status}`)
      return follow(new URL(action, page.url), body, stop)
    },
    async sentTo(address) {
      const response = await ask(new URL(address))
      const location = response.headers.get('location')
      if (!location) throw new Error(`expected a redirect, got ${response.status}: ${await response.text()}`)
      return new URL(location, address)
    },
  }
}

function pageOf(url: URL, status: number, text: string): Page {
  return {
    url,
    status,
    text,
    link(part) {
      const address = [...text.matchAll(/href="([^"]*)"/g)]
        .map(([, href = '']) => href)
        .find((href) => href.includes(part))
      if (!address) throw new Error(`no link to ${part} at ${url.pathname}: ${text}`)
      return new URL(address.replaceAll('&amp;', '&'), url)
    },
  }
}

function covers(path: string, pathname: string): boolean {
  return path === '/' || pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
}
