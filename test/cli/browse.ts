// A browser that knows only forms, redirects and cookies: enough to connect an account without Chromium.

export interface Page {
  readonly url: URL
  readonly status: number
  readonly text: string
}

export interface Browse {
  /** Opens an address and follows redirects. */
  open(address: string | URL): Promise<Page>
  /** Sends a form from the page at `from`, and follows redirects. */
  submit(from: URL, action: string, fields: Record<string, string>): Promise<Page>
}

export function browse(): Browse {
  const jar = new Map<string, string>()

  async function go(address: string | URL, init: RequestInit = {}): Promise<Page> {
    let url = new URL(address)
    let request = init
    for (let hop = 0; hop < 10; hop++) {
      const headers = new Headers(request.headers)
      headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
      const response = await fetch(url, { ...request, headers, redirect: 'manual' })
      for (const cookie of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (cookie.split(';', 1)[0] ?? '').split('=')
        jar.set(name, value)
      }
      const location = response.headers.get('location')
      if (location === null) return { url, status: response.status, text: await response.text() }
      await response.body?.cancel()
      url = new URL(location, url)
      request = {}
    }
    throw new Error('too many redirects')
  }

  return {
    open: (address) => go(address),
    submit: (from, action, fields) =>
      go(new URL(action, from), {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { origin: from.origin },
      }),
  }
}

/** Presses "Connect", allows access as that account, and returns the last page. */
export async function connect(browser: Browse, page: string, client: string, account = ''): Promise<Page> {
  const first = await browser.open(page)
  const consent = await browser.submit(first.url, '/connections', { client })
  const fields = account === '' ? {} : { account }
  return browser.submit(consent.url, consent.url.href, { decision: 'allow', ...fields })
}
