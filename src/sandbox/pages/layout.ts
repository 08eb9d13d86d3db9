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
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

// A bundler wraps a template that holds the end of a script.
const script = raw('<script src="/sandbox.js" defer></script>')

/** A whole page; `live` pages refresh themselves, with or without JavaScript. */
export function pageAnswer(status: number, title: string, content: Html, live = false): Answer {
  const refresh = live ? html`${script}<noscript><meta http-equiv="refresh" content="5"></noscript>` : ''
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/sandbox.css">
${refresh}
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`
  // With `no-referrer` older browsers do not send the origin of a form, by which the control knows its own page.
  const policy = live ? 'same-origin' : headers['referrer-policy']
  return { status, headers: { ...headers, 'referrer-policy': policy }, body: String(page) }
}
