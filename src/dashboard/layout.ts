// The frame of every page: its headers, its head and its navigation. Pages have one script of our own, which they do not
// need, no inline style and no content of other sites.

import { html, raw } from 'hono/html'

/** A piece of escaped HTML. */
export type Html = ReturnType<typeof html>

export interface Frame {
  /** The path of the pages; no slash at the end. */
  readonly base: string
  /** Where the pages are reached. */
  readonly own: URL
  readonly headers: Readonly<Record<string, string>>
  /** The path of this page, below `base`. */
  readonly path: string
  /** Who looks; `null`: nobody is known. */
  readonly person: { readonly name: string; readonly mayAct: boolean; readonly controls: Html | '' } | null
}

const entries = [
  ['/', 'Overview'],
  ['/connections', 'Connections'],
  ['/events', 'Events'],
  ['/deliveries', 'Webhooks'],
  ['/attempts', 'Attempts'],
  ['/clients', 'Clients'],
  ['/audit', 'Audit'],
] as const

// A bundler wraps a template that holds the end of a script.
const scriptEnd = raw('</script>')

/** Returns a whole page. */
export async function page(frame: Frame, status: number, title: string, content: Html): Promise<Response> {
  const { base, person } = frame
  const body = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Punctual</title>
<link rel="icon" href="${base}/dashboard.svg" type="image/svg+xml">
<link rel="stylesheet" href="${base}/dashboard.css">
<script src="${base}/dashboard.js" defer>${scriptEnd}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top"><div>
<div class="who"><a class="mark" href="${base}/">Punctual</a>${person ? drawPerson(person) : ''}</div>
${person ? html`<nav aria-label="Pages"><ul>${entries.map((entry) => drawEntry(frame, entry))}</ul></nav>` : ''}
</div></header>
<main id="content">
${content}
</main>
</body>
</html>
`
  return new Response(String(body), { status, headers: frame.headers })
}

function drawPerson({ name, mayAct, controls }: NonNullable<Frame['person']>): Html {
  return html`<div class="person quiet">${name}${mayAct ? '' : html` <span class="tag plain">Read only</span>`}${controls}</div>`
}

function drawEntry({ base, path }: Frame, [to, title]: (typeof entries)[number]): Html {
  const isHere = to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)
  return html`<li><a href="${base}${to}"${isHere ? html` aria-current="page"` : ''}>${title}</a></li>`
}

/** The title of a page and what stands below it. `back`: where it belongs to. */
export function drawHead(
  title: string,
  {
    note = '',
    back = null,
  }: { note?: Html | string; back?: { readonly href: string; readonly text: string } | null } = {},
): Html {
  return html`<div class="head">
${back ? html`<p class="back"><a href="${back.href}">${back.text}</a></p>` : ''}
<h1>${title}</h1>
${note === '' ? '' : html`<p class="note">${note}</p>`}
</div>`
}

/** Returns a page with one sentence. */
export function problemPage(frame: Frame, status: number, title: string, sentence: string): Promise<Response> {
  const content = html`<section class="card alone column">
<h1>${title}</h1>
<p>${sentence}</p>
<p><a href="${frame.base}/">Show the overview</a></p>
</section>`
  return page(frame, status, title, content)
}

/** Returns the page for a form that lacks what our forms have. */
export function notOurForm(frame: Frame): Promise<Response> {
  const sentence = 'This form was not sent by this page. Reload the page and try again.'
  return problemPage(frame, 400, 'This did not work', sentence)
}
