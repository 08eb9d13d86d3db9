// The page that a provider shows when it refuses and does not redirect; below it, what only a sandbox would say. And
// the page for a form of the sandbox's own that is refused.

import { html } from 'hono/html'
import type { Answer } from '../http/exchange.ts'
import { ownPageAnswer, pageAnswer } from './layout.ts'

/** The provider's text, and the sandbox's reason for it. */
export function problemPage(provider: string, status: number, text: string, why: string): Answer {
  const content = html`<section class="card">
<p class="brand">${provider} <span class="tag">sandbox</span></p>
<h1>Something is wrong with this request</h1>
<p role="alert">${text}</p>
<p class="hint">Why: ${why}.</p>
</section>`
  return pageAnswer(status, `${provider} sandbox`, content)
}

/** What is wrong with a form, and a link back. */
export function refusedPage(status: number, sentence: string): Answer {
  const content = html`<main class="narrow"><section class="card">
<p class="brand">Sandbox</p>
<h1>The sandbox has refused this form</h1>
<p role="alert">${sentence}</p>
<p><a href="/">Back to the sandbox</a></p>
</section></main>`
  return ownPageAnswer(status, 'Refused', content, false)
}
