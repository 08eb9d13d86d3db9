// A bad night: a host application on a SQLite file, and the operator's pages over it. A test brings an incident about, and
// then does what an engineer on call does: looks at the first page, and presses what it offers.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { createDashboard } from '../../src/dashboard/index.ts'
import type { Punctual, PunctualOptions } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { emptyFolder } from '../cli/start.ts'
import { baseUrl, type Host, type Sandbox, sandboxClients, startQuietHost } from '../support/host.ts'
import type { IdleClock } from '../support/idle-clock.ts'

export interface Night extends Host {
  readonly clock: IdleClock
  /** The path of the database. */
  readonly file: string
  /** Starts something that can go wrong at a provider, by its name in the sandbox. */
  scenario(name: string, values: Record<string, unknown>): Promise<void>
  /** Somebody books at a person of the sandbox, and the webhooks have been answered. */
  bookingBy(provider: string, account: string): Promise<void>
  /** The pages of a process; default: of this one. */
  pages(of?: Punctual): Pages
}

export interface Pages {
  /** What stands first on the first page, as far as it matches; it must be there once. */
  attention(of: RegExp): Promise<Found>
  /** The words of the attention, in their order. */
  allAttention(): Promise<string>
  open(path: string): Promise<Page>
}

export interface Found {
  readonly text: string
  /** Presses its button. */
  press(): Promise<Page>
}

export interface Page {
  readonly html: string
  readonly text: string
  /** Follows the link with these words. */
  press(words: string): Promise<Page>
}

export async function startNight(t: TestContext, options: Partial<PunctualOptions> = {}): Promise<Night> {
  const file = join(emptyFolder(), 'punctual.db')
  // Webhooks reach the process that takes them at that moment.
  const host: Host & { readonly clock: IdleClock } = await startQuietHost(
    t,
    { store: sqlite(file), ...options },
    { deliver: (url, { headers, body }) => host.punctual.handler(new Request(url, { method: 'POST', headers, body })) },
  )
  return Object.assign(host, {
    file,
    scenario: (name: string, values: Record<string, unknown>) => startScenario(host.sandbox, name, values),
    async bookingBy(provider: string, account: string) {
      const guest = { name: 'Gil Guest', email: 'gil@guests.example' }
      await control(host.sandbox, 'bookings', { provider, account, guest })
      await host.sandbox.delivered()
    },
    pages: (of: Punctual = host.punctual) => pagesOf(of, host),
  })
}

export function startScenario(sandbox: Sandbox, name: string, values: Record<string, unknown>): Promise<void> {
  return control(sandbox, 'scenarios', { name, ...values })
}

async function control(sandbox: Sandbox, what: string, body: Record<string, unknown>): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const request = new Request(`${sandbox.url}/control/${what}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = await sandbox.handler(request)
  assert.ok(answer.ok, await answer.clone().text())
}

function pagesOf(punctual: Punctual, { sandbox }: Pick<Host, 'sandbox'>): Pages {
  const dashboard = createDashboard({
    punctual,
    clients: sandboxClients(sandbox),
    baseUrl: `${baseUrl}/operator`,
    actor: () => 'on call',
    mayAct: () => true,
    clock: { ...systemClock, now: () => sandbox.clock.now() },
  })
  return readPages((address) => dashboard.fetch(new Request(address)))
}

/** Reads pages as a person does. */
export function readPages(fetch: (address: string) => Response | Promise<Response>): Pages {
  const own = new URL(baseUrl).origin
  async function open(path: string): Promise<Page> {
    const answer = await fetch(new URL(path, own).href.replace(/#.*/, ''))
    const html = await answer.text()
    assert.ok(answer.status < 400, `${path}: ${answer.status} ${textOf(html)}`)
    return {
      html,
      text: textOf(html),
      press(words) {
        const link = linksOf(html).find((one) => one.words === words)
        assert.ok(link, `there is no link "${words}" on ${path}`)
        return open(link.href)
      },
    }
  }

  async function entries(): Promise<readonly string[]> {
    const { html } = await open(`${new URL(baseUrl).pathname}/operator`)
    const part = html.slice(html.indexOf('id="attention"'), html.indexOf('id="connections"'))
    return part.split('<li>').slice(1)
  }

  return {
    open,
    allAttention: async () => (await entries()).map(textOf).join('\n'),
    async attention(of) {
      const all = await entries()
      const [entry, ...others] = all.filter((one) => of.test(textOf(one)))
      assert.ok(entry !== undefined && others.length === 0, `${of} is not there once: ${all.map(textOf).join('\n')}`)
      const [link] = linksOf(entry)
      return {
        text: textOf(entry),
        press() {
          assert.ok(link, `no page helps: ${textOf(entry)}`)
          return open(link.href)
        },
      }
    },
  }
}

function linksOf(html: string): readonly { readonly href: string; readonly words: string }[] {
  return [...html.matchAll(/<a [^>]*href="([^"]+)"[^>]*>(.*?)<\/a>/gs)].map(([, href = '', words = '']) => ({
    href: href.replaceAll('&amp;', '&'),
    words: textOf(words),
  }))
}

function textOf(html: string): string {
  const plain = html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  return plain.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&').trim()
}
