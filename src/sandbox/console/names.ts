// The names of providers, people and apps, and the addresses of their pages.

import { html } from 'hono/html'
import type { Html } from '../pages/layout.ts'
import { type Account, handleOf } from '../world/accounts.ts'
import type { World } from '../world/world.ts'
import { tag } from './elements.ts'

const titles: Readonly<Record<string, string>> = { calendly: 'Calendly', calcom: 'Cal.com' }

/** The provider's name. */
export function providerName(provider: string | null | undefined): string {
  return titles[provider ?? ''] ?? ''
}

/** The provider's name as a tag. */
export function providerTag(provider: string | null): Html | '' {
  return provider === null ? '' : tag(providerName(provider))
}

/** The account of that id; null when the provider has none. */
export function accountOf(world: World, provider: string | null, id: string | null): Account | null {
  return world.state.accounts.find((one) => one.provider === provider && one.id === id) ?? null
}

/** A person's name, or their handle. */
export function nameOf(account: Account): string {
  return account.name ?? handleOf(account)
}

/** The name of the account of that id, or the id itself. */
export function personName(world: World, provider: string | null, id: string | null): string {
  const account = accountOf(world, provider, id)
  return account === null ? (id ?? '') : nameOf(account)
}

/** The address of a person's page. */
export function personPath(provider: string, id: string): string {
  return `/people/${provider}/${encodeURIComponent(id)}`
}

/** A link to a person's page with the person's name. */
export function personLink(world: World, provider: string, id: string): Html {
  const account = accountOf(world, provider, id)
  return account === null ? html`${id}` : html`<a href="${personPath(provider, id)}">${nameOf(account)}</a>`
}

/** The app's name, or the beginning of its id. */
export function appName(world: World, provider: string | null, id: string | null): string {
  if (id === null) return ''
  const client = world.state.clients.find((one) => one.provider === provider && one.id === id)
  return client?.name ?? (id.length > 12 ? `${id.slice(0, 8)}…` : id)
}

/** People as the options of a choice, by provider; the value names the provider too. */
export function personOptions({ state }: World): { value: string; label: string; group: string }[] {
  return state.accounts.map((account) => ({
    value: `${account.provider}/${account.id}`,
    label: nameOf(account),
    group: providerName(account.provider),
  }))
}
