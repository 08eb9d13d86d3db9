// The booking page with a salon at each provider, requested directly: without a browser that would insist on a field.

import { calcom, calendly } from 'punctual/providers'
import { createSandbox } from 'punctual/sandbox'
import { memory } from 'punctual/store/memory'
import { scopes } from '../../examples/booking-page/clients.ts'
import { start } from '../../examples/booking-page/server.ts'
import { createBrowser } from '../support/browser.ts'
import { startReverseProxy } from './reverse-proxy.ts'

export interface Answer {
  readonly status: number
  readonly location: string | null
  readonly cookie: string | null
  readonly text: string
}

export interface FilledForm {
  readonly page: string
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  /** The names of the two questions that must be answered. */
  readonly company: string
  readonly source: string
}

export interface BookingPageSite {
  /** Follows no redirect. */
  ask(path: string, form?: Readonly<Record<string, string>>): Promise<Answer>
  /** The form of a free time, filled in. The salons are named by their providers. */
  formOf(salon: string, service: string): Promise<FilledForm>
  stop(): Promise<void>
}

export async function startBookingSite(): Promise<BookingPageSite> {
  const closing: (() => void)[] = []
  const front = await startReverseProxy({ after: (close) => void closing.push(close as () => void) })
  const sandbox = await createSandbox()
  const clients = [
    calendly({ ...sandbox.calendly, scopes: scopes.calendly }),
    calcom({ ...sandbox.calcom, scopes: scopes.calcom }),
  ]
  const app = await start({
    port: 0,
    baseUrl: `${front.url}/integrations`,
    keys: [Buffer.alloc(32, 7).toString('base64url')],
    store: memory(),
    journal: null,
    clients,
  })
  front.passTo(app.port)
  for (const { id } of clients) {
    const browser = createBrowser()
    await browser.send(`${front.url}/login`, { person: id })
    const to = await browser.open(`${front.url}/integrations/connect/${id}?returnTo=/`, (url) =>
      url.href.startsWith(sandbox.url),
    )
    await browser.open(await sandbox.authorize({ url: to.url, account: 'eve' }))
  }

  async function ask(path: string, form?: Readonly<Record<string, string>>): Promise<Answer> {
    const init = form && { method: 'POST', body: new URLSearchParams(form) }
    const answer = await fetch(new URL(path, front.url), { redirect: 'manual', ...init })
    const { status, headers } = answer
    const [location, cookie] = [headers.get('location'), headers.get('set-cookie')]
    return { status, location, cookie, text: await answer.text() }
  }

  const idIn = (text: string, service: string) => {
    const [, href = ''] = new RegExp(`href="([^"]+)">${service}<`).exec(text) ?? []
    return new URL(href.replaceAll('&amp;', '&'), front.url).searchParams.get('service') ?? ''
  }

  return {
    ask,
    async formOf(salon, service) {
      const id = idIn((await ask(`/salons/${salon}`)).text, service)
      const query = new URLSearchParams({
        service: id,
        from: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10),
      })
      const times = (await ask(`/salons/${salon}/times?${query}`)).text
      const hrefs = [...times.matchAll(/href="([^"]*start=[^"]*)"/g)].map(([, href = '']) =>
        href.replaceAll('&amp;', '&'),
      )
      const page = (await ask(hrefs[0] ?? '')).text
      const hidden = [...page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as const,
      )
      const nameBefore = (label: string) => page.split(label)[1]?.match(/name="(answer-[^"]+)"/)?.[1] ?? 'answer-none'
      const [company, source] = [nameBefore('>Company<'), nameBefore('<legend>How did you find us?')]
      const typed = { name: 'Gil Guest', email: 'gil@guests.example', [company]: 'Acme', [source]: 'Search' }
      const fields = { ...Object.fromEntries(hidden), ...typed }
      return { page, action: `/salons/${salon}/book`, fields, company, source }
    },
    async stop() {
      await app.stop()
      for (const close of closing) close()
      await sandbox.close()
    },
  }
}
