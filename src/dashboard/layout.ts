// The frame of every page: its headers and its head. Pages have no script, no inline style and no content of other sites.

import { html } from 'hono/html'

/** A piece of escaped HTML. */
export type Html = ReturnType<typeof html>

export interface Frame {
  /** The path of the pages; no slash at the end. */
  readonly base: string
  /** Where the pages are reached. */
  readonly own: URL
  readonly headers: Readonly<Record<string, string>>
}

/** Returns a whole page. */
export async function page(frame: Frame, status: number, title: string, content: Html): Promise<Response> {
  const body = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${frame.base}/dashboard.svg" type="image/svg+xml">
<link rel="stylesheet" href="${frame.base}/dashboard.css">
</head>
<body>
<header class="top"><a class="mark" href="${frame.base}/">Punctual</a>
<nav aria-label="Pages"><a href="${frame.base}/">Accounts</a> <a href="${frame.base}/bookings">Bookings</a></nav></header>
<main>
${content}
</main>
</body>
</html>
`
  return new Response(String(body), { status, headers: frame.headers })
}

/** Returns a page with one sentence. */
export function problemPage(frame: Frame, status: number, title: string, sentence: string): Promise<Response> {
  const content = html`<section class="card alone">
<h1>${title}</h1>
<p>${sentence}</p>
<p><a href="${frame.base}/">Show the connected accounts</a></p>
</section>`
  return page(frame, status, `${title} · Punctual`, content)
}

/** Returns the page for a form that lacks what our forms have. */
export function notOurForm(frame: Frame): Promise<Response> {
  const sentence = 'This form was not sent by this page. Reload the page and try again.'
  return problemPage(frame, 400, 'This did not work', sentence)
}
