// The headers of every page that a person sees: no script but a file of our own where a page names one, no content of other
// sites, no referrer, no cache.

import type { Client } from './provider.ts'

/** Sources of the Content-Security-Policy. What is left out is allowed nowhere. */
export interface PageSources {
  readonly style: string
  readonly image?: string | undefined
  /** Where scripts come from, and what they may fetch. */
  readonly script?: string | undefined
  /** Where a form may lead, redirects included. */
  readonly forms?: readonly string[]
}

/**
 * Leaves `window.opener` to a page that came back in a popup: any other policy, also that of a redirect on the way, cuts the
 * popup off the window that opened it. `same-origin-allow-popups` is for the window that opens. These pages have no script and
 * cannot be framed; all that the opener can do is to send the popup elsewhere.
 */
export const keepsOpener: Readonly<Record<string, string>> = { 'cross-origin-opener-policy': 'unsafe-none' }

/** Says which page it is, so that the connect page can show it in its own look and language. */
export const pageNameHeader = 'punctual-page'

export function pageHeaders({
  style,
  image,
  script,
  forms = ["'none'"],
}: PageSources): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `style-src ${style}`,
    ...(image === undefined ? [] : [`img-src ${image}`]),
    ...(script === undefined ? [] : [`script-src ${script}`, `connect-src ${script}`]),
    `form-action ${forms.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

/**
 * Where a form leads that ends at the provider of one of these clients. Chromium applies `form-action` to every redirect that
 * follows a form, and a real provider leads through hosts of its own choice to sign a person in, so all of https is allowed.
 * A sandbox has one address.
 */
export function formsToProviders(clients: readonly Client[]): readonly string[] {
  const origins = clients.map((client) => new URL(client.provider.authorizationEndpoint).origin)
  return ["'self'", ...new Set(origins.map((origin) => (origin.startsWith('https:') ? 'https:' : origin)))]
}
