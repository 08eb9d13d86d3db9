// The pages that a person sees when it is not known where in the host application to go back to: the way back is its start
// page, on the same host. They have no script and no foreign address, and repeat nothing of the request.

import { createHash } from 'node:crypto'
import { pageDesign } from '../core/page-design.ts'
import { keepsOpener, pageHeaders, pageNameHeader } from '../core/page-headers.ts'

/** The first digest of a process takes milliseconds, and most processes show no such page. */
function headersOf(name: string): Readonly<Record<string, string>> {
  const styleHash = createHash('sha256').update(pageDesign).digest('base64')
  return { ...pageHeaders({ style: `'sha256-${styleHash}'` }), ...keepsOpener, [pageNameHeader]: name }
}

const texts = {
  unknown: 'This link is too old, or is not whole, so nothing was connected.',
  another_browser:
    'This link belongs to the browser in which the connection was begun, or has been used. Finish it in that browser.',
  repeated: 'This link is malformed: one of its parameters is there twice.',
  unavailable:
    'We cannot finish this right now. Reload this page in a minute. If it then says that it did not work, connect again.',
  pending: 'The provider takes longer than usual to answer. Reload this page in a minute to see how it went.',
  nowhere: 'There is nothing at this address. Go back to the application from which you came.',
}

/** Returns the page for a callback without a known attempt, or without one of this browser. */
export function notFoundPage(text: 'unknown' | 'another_browser' | 'repeated'): Response {
  return page(400, 'This did not work', text, ' Go back to the application from which you came, and connect again.')
}

export function unavailablePage(): Response {
  return page(503, 'One moment', 'unavailable')
}

/** Returns the page for an attempt that still runs: the same callback shows the outcome later. */
export function pendingPage(): Response {
  return page(503, 'One moment', 'pending')
}

export function nowherePage(): Response {
  return page(404, 'Not found', 'nowhere')
}

function page(status: number, title: string, name: keyof typeof texts, more = ''): Response {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${pageDesign}</style>
</head>
<body>
<main class="narrow">
<section class="card alone">
<h1>${title}</h1>
<p>${texts[name]}${more}</p>
<p><a class="button" href="/">Open the start page</a></p>
</section>
</main>
</body>
</html>
`
  return new Response(body, { status, headers: headersOf(name) })
}
