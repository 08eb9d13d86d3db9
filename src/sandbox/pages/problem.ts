// The page that a provider shows when it refuses and does not redirect; below it, what only a sandbox would say.

import { html } from 'hono/html'
import type { Answer } from '../exchange.ts'
import { pageAnswer } from './layout.ts'

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
