// The consent page: the person to sign in as, the requested scopes, and the two decisions. Stable names: radio buttons by the
// person's name, checkboxes by the scope, the button "Allow" and the button that denies.

import { html } from 'hono/html'
import type { Answer } from '../http/exchange.ts'
import { type Html, pageAnswer } from './layout.ts'

/** What the page shows. */
export interface Consent {
  readonly provider: string
  readonly app: string
  readonly accounts: readonly { readonly id: string; readonly name: string; readonly detail: string }[]
  readonly scopes: readonly string[]
  /** Teams that the person may act for; shown if the app requests the choice. */
  readonly teams: readonly number[]
  /** Whether single scopes can be declined. */
  readonly mayDecline: boolean
  /** False: the person signs in, and is not asked for consent. */
  readonly asks: boolean
  /** The wording of the button that denies. */
  readonly deny: string
  /** The redirect URI; only its origin is shown. */
  readonly returnsTo: string
}

/** Builds the page; its form posts to its own address, which carries the request. */
export function consentPage(consent: Consent): Answer {
  const { provider, app } = consent
  const content = html`<section class="card">
<p class="brand">${provider} <span class="tag">sandbox</span></p>
<h1>${consent.asks ? `${app} wants to use your ${provider} account` : `Sign in to ${provider}`}</h1>
<form method="post">
<fieldset>
<legend>Sign in as</legend>
${consent.accounts.map(person)}
</fieldset>
${consent.teams.length > 0 ? teamChoice(consent.teams) : ''}
${consent.asks ? permissions(consent) : ''}
<p class="hint">You will return to ${destination(consent.returnsTo)}. Nothing here is real: no account, no password.</p>
<p class="actions">
<button name="decision" value="allow" class="primary">${consent.asks ? 'Allow' : 'Sign in'}</button>
${consent.asks ? html`<button name="decision" value="deny">${consent.deny}</button>` : ''}
</p>
</form>
</section>`
  return pageAnswer(200, `${app} · ${provider} sandbox`, content)
}

function permissions(consent: Consent): Html {
  return html`<fieldset>
<legend>${consent.mayDecline ? 'It asks for (untick what you decline)' : 'It asks for'}</legend>
${consent.mayDecline ? html`<input type="hidden" name="choice" value="1">` : ''}
${consent.scopes.length === 0 ? html`<p class="hint">No particular permission.</p>` : ''}
${consent.scopes.map((scope) => permission(scope, consent.mayDecline))}
</fieldset>`
}

function teamChoice(teams: readonly number[]): Html {
  return html`<p><label>Act for <select name="team"><option value="">yourself</option>${teams.map(
    (team) => html`<option value="${team}">team ${team}</option>`,
  )}</select></label></p>`
}

function person(account: Consent['accounts'][number], at: number): Html {
  const id = `account-${account.id}`
  return html`<div class="choice">
<input type="radio" name="account" id="${id}" value="${account.id}"${at === 0 ? ' checked' : ''}>
<label for="${id}">${account.name}</label>
<span class="hint">${account.detail}</span>
</div>
`
}

function permission(scope: string, mayDecline: boolean): Html {
  if (!mayDecline) return html`<div class="choice"><code>${scope}</code></div>`
  const id = `scope-${scope}`
  return html`<div class="choice">
<input type="checkbox" name="scope" id="${id}" value="${scope}" checked>
<label for="${id}"><code>${scope}</code></label>
</div>
`
}

/** The origin of a web address; the scheme of a native app's. */
function destination(address: string): string {
  const url = URL.parse(address)
  if (url === null) return 'the app'
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : `${url.protocol}//`
}
