// The browser of a person who connects an account, for a script without a screen: it opens an address, presses the first
// button of each page that asks for something, and follows where it is sent. Usage: node tools/docs/connect-in-browser.ts ADDRESS

const cookies = new Map<string, string>()

/** Opens an address and follows redirects. */
async function open(address: URL, init: RequestInit = {}): Promise<{ readonly url: URL; readonly text: string }> {
  let [url, request] = [address, init]
  for (let hop = 0; hop < 10; hop++) {
    const headers = new Headers(request.headers)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(url, { ...request, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    const text = await response.text()
    if (location === null) return { url, text }
    ;[url, request] = [new URL(location, url), {}]
  }
  throw new Error('too many redirects')
}

/** Presses the first button of the page's first form, or follows the first link to a client; `null` if it has neither. */
async function press({ url, text }: { readonly url: URL; readonly text: string }) {
  const [form = ''] = /<form[\s\S]*?<\/form>/i.exec(text) ?? []
  const link = /<a\b[^>]*\bhref="([^"]*[?&](?:amp;)?client=[^"]*)"/i.exec(text)?.[1]
  if (form === '') return link === undefined ? null : open(new URL(link.replaceAll('&amp;', '&'), url))
  const of = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  const fields = new URLSearchParams()
  for (const [tag] of form.matchAll(/<input\b[^>]*>/gi)) {
    const isChosen = !/type="(radio|checkbox)"/i.test(tag) || /\bchecked\b/i.test(tag)
    const name = of(tag, 'name')
    if (name && isChosen) fields.append(name, of(tag, 'value') ?? 'on')
  }
  const [button = ''] = /<button\b[^>]*>/i.exec(form) ?? []
  const name = of(button, 'name')
  if (name) fields.append(name, of(button, 'value') ?? '')
  const target = new URL(of(form, 'action')?.replaceAll('&amp;', '&') ?? url.href, url)
  if (/method="post"/i.test(form.slice(0, form.indexOf('>'))))
    return open(target, {
      method: 'POST',
      body: fields,
      headers: { origin: url.origin, 'sec-fetch-site': 'same-origin' },
    })
  target.search = String(fields)
  return open(target)
}

let page = await open(new URL(process.argv[2] ?? ''))
const start = page.url.origin
for (let step = 0; step < 5; step++) {
  // Back at the address from which it began, with the outcome.
  if (page.url.searchParams.has('punctual_session') || page.url.searchParams.has('punctual')) break
  const next = await press(page)
  if (next === null) break
  page = next
}
const outcome = page.url.searchParams
if (!outcome.has('punctual_session') && outcome.get('punctual') !== 'connected')
  throw new Error(`the browser ended at ${page.url.href}, and began at ${start}`)
