// The frame of every page that a person sees here: plain, escaped, and without anything from another site.
// There is no inline script and no inline style, so that the policy can be strict. There is no `form-action`,
// because browsers apply it to the redirect after consent, which leads to the app.

import { html, raw } from 'hono/html'
import type { Answer } from '../http/exchange.ts'

/** A piece of escaped HTML. */
export type Html = ReturnType<typeof html>

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

// A bundler wraps a template that holds the end of a script.
const script = raw('<script src="/sandbox.js" defer></script>')

/** A whole page of a provider. */
export function pageAnswer(status: number, title: string, content: Html): Answer {
  const body = html`<main class="narrow">
${content}
</main>`
  return answerOf(status, 'no-referrer', documentOf(title, body, ''))
}

/** A whole page of the sandbox itself; the parts with `data-live` of one that is `live` follow what happens. */
export function ownPageAnswer(status: number, title: string, body: Html, live: boolean): Answer {
  // With `no-referrer` older browsers do not send the origin of a form, by which the control knows its own page.
  return answerOf(status, 'same-origin', documentOf(`${title} · Sandbox`, body, live ? script : ''))
}

function documentOf(title: string, body: Html, head: Html | ''): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/sandbox.css">
<link rel="icon" href="/sandbox.svg">
${head}
</head>
<body>
${body}
</body>
</html>
`
}

function answerOf(status: number, referrerPolicy: string, page: Html): Answer {
  return { status, headers: { ...headers, 'referrer-policy': referrerPolicy }, body: String(page) }
}
