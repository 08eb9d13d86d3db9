// The frame of every page, and the page of a problem. `html` escapes what is put into it.

import { html } from 'hono/html'

/** A piece of escaped HTML. */
export type Html = ReturnType<typeof html>

export function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
${content}
</main>
</body>
</html>`
}

export function problemPage(title: string, sentence: string): Html {
  return page(
    title,
    html`<h1>${title}</h1>
<p class="lead" role="alert">${sentence}</p>`,
  )
}

/** A page that offers to send the same form again: what was typed is in it. */
export function againPage(problem: { title: string; sentence: string }, action: string, typed: URLSearchParams): Html {
  const fields = [...typed].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
  return page(
    problem.title,
    html`<h1>${problem.title}</h1>
<p class="lead" role="alert">${problem.sentence}</p>
<p>What you typed is kept.</p>
<form method="post" action="${action}">
${fields}
<p class="actions"><button class="primary" autofocus>Try again</button></p>
</form>`,
  )
}
