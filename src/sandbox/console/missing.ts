// The page for an address where nothing is.

import { html } from 'hono/html'
import { empty } from './elements.ts'
import type { Page } from './visit.ts'

/** 404, with a way on. */
export function missing(title: string, how: string): Page {
  const content = html`<h1>${title}</h1>
<section aria-label="What to do">${empty(how, html`<a class="button" href="/">To the overview</a>`)}</section>`
  return { title, under: '', status: 404, content }
}
