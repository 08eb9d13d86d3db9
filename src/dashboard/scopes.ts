// What an account has granted and what it has not, with one button that asks for the rest.

import { html } from 'hono/html'
import type { ConnectionFacts } from '../core/connection.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { DrawConsent } from './consent.ts'
import type { Html } from './layout.ts'
import type { Visit } from './visit.ts'

/** The scopes of the client that the account has not granted, by the provider's rules of what includes what. */
export function missingScopes({ scopes }: Pick<ConnectionFacts, 'scopes'>, client: Client | null): readonly string[] {
  if (!client) return []
  const { scheduling } = client.provider
  if (scheduling) return scheduling.missingScopes(scopes, client.scopes)
  return client.scopes.filter((scope) => !scopes.includes(scope))
}

export interface ShownScopes {
  readonly connection: ConnectionFacts
  readonly client: Client | null
  readonly drawConsent: DrawConsent
}

export function drawScopes({ person }: Visit, { connection, client, drawConsent }: ShownScopes): Html {
  const missing = missingScopes(connection, client)
  const { scopes, status } = connection
  return html`<div class="card pad">
${scopes.length === 0 ? html`<p class="quiet">No scopes are known.</p>` : drawCodes(scopes)}
${
  client && missing.length > 0
    ? html`<div class="asks"><div><p>Not granted:</p>${drawCodes(missing, 'missing')}<p class="quiet">${titleOf(client)} refuses what needs ${missing.length === 1 ? 'it' : 'them'}.</p></div>
${person.mayAct && status !== 'disconnected' ? drawConsent('rest') : ''}</div>`
    : ''
}
</div>`
}

export function drawCodes(words: readonly string[], kind = ''): Html {
  return html`<p class="codes${kind === '' ? '' : ` ${kind}`}">${words.map((word) => html`<code>${word}</code> `)}</p>`
}
