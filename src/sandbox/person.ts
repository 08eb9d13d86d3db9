// Plays the person in front of the consent page, so that a test needs no browser.

import type { Handler } from './handler.ts'

/** An authorization URL, and what the person decides. */
export interface PersonInput {
  /** The authorization URL, as the app sends the browser to it. */
  readonly url: string | URL
  /** Id, slug or username, or email; default: the provider's first. */
  readonly account?: string | undefined
  /** Default true. */
  readonly allow?: boolean | undefined
  /** The team to act for, at Cal.com with `show_account_selector=true`. */
  readonly team?: number | undefined
  /** Scopes that the person unticks, where the provider lets them. */
  readonly declineScopes?: readonly string[] | undefined
}

/**
 * Opens the page, submits it, and returns the address that the browser is sent to.
 *
 * @throws {Error} with the page's text when the provider shows an error instead of a redirect.
 */
export async function authorize(handler: Handler, input: PersonInput): Promise<URL> {
  const url = new URL(input.url)
  const shown = await handler(new Request(url))
  if (shown.status >= 300 && shown.status < 400) return locationOf(shown)
  const page = await shown.text()
  if (!page.includes('name="decision"')) throw refusal(shown.status, page)
  const form = new URLSearchParams({ decision: input.allow === false ? 'deny' : 'allow' })
  if (input.account !== undefined) form.set('account', input.account)
  if (input.team !== undefined) form.set('team', String(input.team))
  for (const scope of input.declineScopes ?? []) form.append('decline', scope)
  const answered = await handler(new Request(url, { method: 'POST', body: form, redirect: 'manual' }))
  if (answered.status >= 300 && answered.status < 400) return locationOf(answered)
  throw refusal(answered.status, await answered.text())
}

function locationOf(response: Response): URL {
  return new URL(response.headers.get('location') ?? '')
}

function refusal(status: number, page: string): Error {
  const text = /role="alert">([^<]*)</.exec(page)?.[1] ?? 'no consent page was shown'
  const plain = text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  return new Error(`The sandbox showed an error instead of the consent page (${status}): ${plain}`)
}
