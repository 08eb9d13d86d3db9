// The button by which an owner gives consent again. A person who is the owner goes to the provider at once; another one gets
// an address for the owner.

import { html } from 'hono/html'
import type { ConnectionFacts } from '../core/connection.ts'
import type { Html } from './layout.ts'
import type { Visit } from './visit.ts'

/** What for: to reconnect, or for what was not granted. */
export type ConsentFor = 'reconnect' | 'rest' | 'webhooks'
export type DrawConsent = (why: ConsentFor) => Html

const texts: Readonly<Record<ConsentFor, { readonly own: string; readonly link: string }>> = {
  reconnect: { own: 'Reconnect', link: 'Reconnect link' },
  rest: { own: 'Ask for the rest', link: 'Make a link that asks for the rest' },
  webhooks: { own: 'Ask for it', link: 'Make a link that asks for it' },
}

/** `isOwn`: whether the person is the owner. */
export function consentOf({ base }: Visit, { id, client, status }: ConnectionFacts, isOwn: boolean): DrawConsent {
  return (why) => {
    const kind = why === 'reconnect' && status === 'needs_reconnect' ? html` class="primary"` : ''
    if (!isOwn)
      return html`<form method="post" action="${base}/connections/${id}/link"><button${kind}>${texts[why].link}</button></form>`
    return html`<form method="post" action="${base}/connections"><input type="hidden" name="client" value="${client}"><input type="hidden" name="connection" value="${id}"><button${kind}>${texts[why].own}</button></form>`
  }
}
