// Asks a token endpoint to exchange a code that nobody has issued. The answer shows how far the request came: whether the
// endpoint knows the client, accepts its secret and, at some providers, its redirect URI. No code, token or grant is
// touched: the made-up code is the same in every run.

import type { Client } from '../../../core/provider.ts'
import type { Cause } from '../words/provider-text.ts'
import { meaningOfText, type ProviderName } from '../words/provider-words.ts'
import { membersOf, parsedJson } from './json.ts'
import type { Ask, Unreached } from './request.ts'

/** How a token endpoint took the request. `at`: when the answer came; `date`: its Date header. */
export type TokenVerdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly cause: Cause; readonly what: string; readonly fix: string }
  | { readonly kind: 'limited' }
  | { readonly kind: 'failed'; readonly status: number }
  | { readonly kind: 'foreign'; readonly status: number }
  | { readonly kind: 'unreached'; readonly unreached: Unreached }

export interface TokenReply {
  readonly verdict: TokenVerdict
  /** The provider's clock, less this machine's, in ms; `null`: it sent no date. */
  readonly aheadMs: number | null
}

const code = 'a-code-that-punctual-doctor-made-up'
const verifier = 'a-verifier-that-belongs-to-no-code-at-all-1234567'

/** `redirectUri` may be empty: Cal.com then does not check it. */
export async function askTokenEndpoint(
  ask: Ask,
  name: ProviderName,
  { provider, clientId, clientSecret }: Client,
  redirectUri: string,
): Promise<TokenReply> {
  const secret = clientSecret?.reveal() ?? ''
  const isInBody = provider.clientAuthentication === 'client_secret_post'
  const sendsVerifier = clientSecret ? provider.pkce.confidential : provider.pkce.public
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })
  if (isInBody) form.set('client_id', clientId)
  if (isInBody && secret !== '') form.set('client_secret', secret)
  if (sendsVerifier) form.set('code_verifier', verifier)
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  }
  if (!isInBody) headers.authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`
  const asked = await ask(provider.tokenEndpoint, { method: 'POST', headers, body: form.toString() })
  if ('unreached' in asked) return { verdict: { kind: 'unreached', unreached: asked.unreached }, aheadMs: null }
  const { status, text, headers: received, at } = asked.reply
  const date = Date.parse(received.date ?? '')
  return {
    verdict: verdictOf(name, status, text),
    // The header has whole seconds: its middle is the best guess.
    aheadMs: Number.isNaN(date) ? null : date + 500 - at,
  }
}

function verdictOf(name: ProviderName, status: number, text: string): TokenVerdict {
  if (status === 429) return { kind: 'limited' }
  if (status >= 500) return { kind: 'failed', status }
  const { error } = membersOf(parsedJson(text))
  if (typeof error !== 'string' || ![400, 401, 403].includes(status)) return { kind: 'foreign', status }
  const found = meaningOfText(text, name)
  // The made-up code is refused last, after everything that this request is about.
  if (error === 'invalid_grant' && found?.cause !== 'redirect_uri') return { kind: 'accepted' }
  if (found) return { kind: 'refused', cause: found.cause, what: found.what, fix: found.fix }
  return {
    kind: 'refused',
    cause: error === 'invalid_client' ? 'id_or_secret' : 'request',
    what: `The token endpoint refuses the client (${status}), and says no more that is known.`,
    fix: 'Copy the client id and the client secret of this app again.',
  }
}
