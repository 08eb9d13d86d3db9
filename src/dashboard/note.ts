// A remark below a title.

import { html } from 'hono/html'
import type { Html } from './layout.ts'

/** A remark, with an optional link. */
export interface Note {
  readonly text: string
  readonly link?: { readonly text: string; readonly href: string }
}

export function drawNote({ text, link }: Note): Html {
  return html`<p class="note">${text}${link ? html` <a href="${link.href}">${link.text}</a>` : ''}</p>`
}
