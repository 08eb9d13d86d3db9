// The pages of bookings of a host application whose person has an account at a sandbox, requested directly.

import type { TestContext } from 'node:test'
import type { Clock } from '../../src/core/clock.ts'
import { createDashboard, type DashboardOptions } from '../../src/dashboard/index.ts'
import type { Connection } from '../../src/index.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { type Host, startQuietHost } from '../support/host.ts'

const own = 'https://app.example'

export interface Page {
  readonly host: Host & { readonly clock: Clock }
  ask(path: string, form?: Record<string, string>): Promise<{ status: number; location: string; text: string }>
  /** Connects Eve's account. */
  connect(client: string, scopes?: string[]): Promise<Connection>
}

export interface FilledForm {
  readonly path: string
  readonly fields: Record<string, string> & { readonly start: string; readonly key: string }
  /** The name of the field that must be answered. */
  readonly company: string
}

export async function start(
  t: TestContext,
  options: Partial<DashboardOptions> = { mayBook: () => true },
): Promise<Page> {
  const host = await startQuietHost(t)
  const clients = [
    calendly({ ...host.sandbox.calendly, scopes: [...calendlyScopes] }),
    calcom({ ...host.sandbox.calcom, scopes: [...calcomScopes] }),
  ]
  const punctual = host.another({ clients })
  const { clock } = host
  const shared = { punctual, clients, clock, baseUrl: own, actor: () => host.person, mayAct: () => true, owner: 'ada' }
  const dashboard = createDashboard({ ...shared, ...options })
  const ask = async (path: string, form?: Record<string, string>) => {
    const init = form && { method: 'POST', headers: { origin: own }, body: new URLSearchParams(form) }
    const answer = await dashboard.fetch(new Request(new URL(path, own), init))
    return { status: answer.status, location: answer.headers.get('location') ?? '', text: await answer.text() }
  }
  const connect = async (client: string, scopes?: string[]) => {
    const all = client === 'calendly' ? [...calendlyScopes] : [...calcomScopes]
    return host.connect(client, { account: 'eve', through: punctual, scopes: scopes ?? all })
  }
  return { host, ask, connect }
}

/** The fields of a form that books, filled in, and its address. */
export async function formOf(ask: Page['ask'], connection: string, slot = 4): Promise<FilledForm> {
  const path = `/connections/${connection}/book`
  const link = (text: string, part: string, at = 0) =>
    [...text.matchAll(/href="([^"]+)"/g)]
      .map(([, href = '']) => href.replaceAll('&amp;', '&'))
      .filter((href) => href.includes(part))[at] ?? ''
  const [, consultation = ''] = /href="([^"]+)"><strong>Consultation/.exec((await ask(path)).text) ?? []
  const slots = (await ask(consultation)).text
  const { text } = await ask(link(slots, 'start=', slot))
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''
  const labelled = (label: string) => new RegExp(`<label>${label} <\\w+ name="([^"]+)"`).exec(text)?.[1] ?? ''
  const fields = {
    ...{ eventType: field('eventType'), start: field('start'), key: field('key'), timeZone: field('timeZone') },
    ...{ name: 'Gil <b>Guest</b>', email: 'gil@guests.example' },
    ...{ [labelled('Company')]: 'Guests', [labelled('How did you find us\\?')]: 'Search' },
  }
  return { path, fields, company: labelled('Company') }
}
