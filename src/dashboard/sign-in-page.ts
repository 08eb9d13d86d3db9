// The form by which a person signs in, and the buttons that stand at the top of every page afterwards.

import { html } from 'hono/html'
import { drawHead, type Frame, type Html, page } from './layout.ts'
import { distanceText } from './time.ts'

export interface ShownSignIn {
  /** Where the person wanted to go. */
  readonly to: string
  /** Why a key was refused; `null`: none was sent yet. */
  readonly refusal: string | null
}

export function signInPage(frame: Frame, { to, refusal }: ShownSignIn): Promise<Response> {
  const isRefused = refusal !== null
  const content = html`<div class="column">
${drawHead('Sign in', { note: 'These pages are for the people who run this service.' })}
<form class="card pad sheet" method="post" action="${frame.base}/sign-in">
<input type="hidden" name="to" value="${to}">
<label>API key with the scope admin <input type="password" name="key" required autofocus autocomplete="current-password" spellcheck="false"${isRefused ? html` aria-invalid="true" aria-describedby="refusal"` : ''}></label>
${isRefused ? html`<p class="why" id="refusal" role="alert">${refusal}</p>` : ''}
<div class="actions"><button class="primary">Sign in</button></div>
<p class="quiet">The first start of the service has printed one. Make another with <code>punctual api-keys create --name ops --scope admin</code>. You stay signed in for two hours.</p>
</form>
</div>`
  return page(frame, isRefused ? 401 : 200, 'Sign in', content)
}

/** `until`: when the pages are locked again; `null`: they are locked. */
export function drawControls({ base, path }: Frame, until: Date | null, now: number): Html {
  const post = (verb: string, text: string) =>
    html`<form method="post" action="${base}/${verb}"><input type="hidden" name="to" value="${base}${path}"><button>${text}</button></form>`
  return html`${
    until === null
      ? post('unlock', 'Unlock for 10 minutes')
      : html`<span class="tag warn">Unlocked: locks ${distanceText(until, now)}</span>${post('lock', 'Lock')}`
  }${post('sign-out', 'Sign out')}`
}
