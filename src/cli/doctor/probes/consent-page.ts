// Opens the consent page as a browser without a session would. It shows what is wrong with a request before anybody signs
// in, where the provider does so; else it asks to sign in, and nothing is known. Nothing is sent but the address.

import { isLoopback } from '../../../core/loopback.ts'
import { type Client, usesPkce } from '../../../core/provider.ts'
import type { Cause } from '../words/provider-text.ts'
import { meaningOfText, type ProviderName } from '../words/provider-words.ts'
import type { Ask, Reply, Unreached } from './request.ts'

/** What the page shows. `says`: what a sandbox adds. */
export type ConsentVerdict =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused'
      readonly cause: Cause
      readonly what: string
      readonly fix: string
      readonly says: string | null
    }
  | { readonly kind: 'not_shown' }
  | { readonly kind: 'foreign'; readonly status: number }
  | { readonly kind: 'unreached'; readonly unreached: Unreached }

const challenge = 'a-challenge-of-no-verifier-1234567890-abcdefg'

const consentCauses = new Set<Cause>([
  'id',
  'id_or_secret',
  'redirect_uri',
  'scope_unknown',
  'scope_not_enabled',
  'scope_missing',
  'not_approved',
  'rejected',
  'pkce',
])

export async function openConsentPage(
  ask: Ask,
  name: ProviderName,
  client: Client,
  { redirectUri, scopes }: { readonly redirectUri: string; readonly scopes: readonly string[] },
): Promise<ConsentVerdict> {
  const { provider, clientId } = client
  const url = new URL(provider.authorizationEndpoint)
  const query = {
    ...provider.authorizationParameters,
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: scopes.join(' '),
    state: 'a-state-that-punctual-doctor-made-up',
    ...(usesPkce(client) && { code_challenge: challenge, code_challenge_method: 'S256' }),
  }
  for (const [parameter, value] of Object.entries(query)) url.searchParams.set(parameter, value)
  const asked = await ask(url, { headers: { accept: 'text/html' } })
  if ('unreached' in asked) return { kind: 'unreached', unreached: asked.unreached }
  return verdictOf(name, asked.reply, redirectUri, isLoopback(url))
}

function verdictOf(name: ProviderName, reply: Reply, redirectUri: string, isHere: boolean): ConsentVerdict {
  const { status, headers, text } = reply
  const location = headers.location ?? ''
  const isBack = status >= 300 && status < 400 && location.startsWith(redirectUri)
  const shown = isBack ? (URL.parse(location)?.searchParams.get('error_description') ?? '') : textOf(text)
  const found = meaningOfText(shown, name)
  if (found && consentCauses.has(found.cause)) {
    const [, says = null] = (isHere ? /Why: (.+?)\.(?= |$)/.exec(shown) : null) ?? []
    return { kind: 'refused', cause: found.cause, what: found.what, fix: found.fix, says }
  }
  if (status === 404 || status === 405 || /^application\/json/.test(headers['content-type'] ?? ''))
    return { kind: 'foreign', status }
  // A sandbox shows its consent page to everybody.
  const isConsent = isHere && status === 200 && /<form\b[\s\S]*\bname="decision"/.test(text)
  return { kind: isConsent ? 'accepted' : 'not_shown' }
}

/** The text of a page, without its tags. */
function textOf(page: string): string {
  return page
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(?:39|x27);|&apos;/gi, "'")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
}
