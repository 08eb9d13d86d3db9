// The page that shows the OpenAPI document. It is written on the server, has no script, and takes nothing from other sites.

import { html } from 'hono/html'
import type { OpenApiDocument } from './document.ts'
import { explained, resolved, type Schema, type Schemas, typeOf } from './members.ts'

type Html = ReturnType<typeof html>

/** What the page reads of the document: what `entryOf` writes. */
interface Entry {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Answer>>
}

interface Answer {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly description?: string }>>
  readonly content?: Content
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Schema
  readonly description?: string
}

type Content = Readonly<Record<string, { readonly example?: unknown; readonly schema?: Schema }>>

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}

export async function docsPage(document: OpenApiDocument): Promise<Response> {
  const schemas = (document.components?.schemas ?? {}) as Schemas
  const entriesOf = (paths: object = {}) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Entry>).map(([method, entry]) => ({ path, method, entry })),
    )
  const entries = [...entriesOf(document.paths), ...entriesOf(document.webhooks)]
  const sections = (document.tags ?? []).map((tag) => ({
    ...tag,
    operations: entries.filter(({ entry }) => entry.tags.includes(tag.name)),
  }))
  const body = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${document.info.title} API</title>
<link rel="stylesheet" href="docs.css">
</head>
<body>
<header><h1>${document.info.title} API</h1>
${paragraphs(document.info.description ?? '')}
<p><a href="openapi.json">openapi.json</a> is this page for programs.</p></header>
<nav aria-label="Operations"><ul>
${[...sections.map(({ name }) => name), 'Schemas'].map((name) => html`<li><a href="#${name}">${name}</a></li>`)}
</ul></nav>
<main>
${sections.map(
  ({ name, description, operations }) => html`<section id="${name}"><h2>${name}</h2>
<p class="quiet">${description}</p>
${operations.map(({ path, method, entry }) => operation(path, method, entry, schemas))}
</section>`,
)}
<section id="Schemas"><h2>Schemas</h2>
<p class="quiet">The objects of requests and answers.</p>
${Object.entries(schemas).map(
  ([name, schema]) => html`<section class="schema" id="schema-${name}"><h3>${name}</h3>
${schema.properties && schema.description && html`<p>${schema.description}</p>`}${explained(schema)}</section>`,
)}
</section>
</main>
</body>
</html>
`
  return new Response(String(body), { headers })
}

function operation(path: string, method: string, entry: Entry, schemas: Schemas): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = entry
  const answers = Object.entries(responses)
  const pieces = path.split('/')
  return html`<details id="${operationId}"><summary><span class="line"><b class="${method}">${method.toUpperCase()}</b>
<code>${pieces.map((piece, index) => (index === 0 ? piece : html`/<wbr>${piece}`))}</code></span> <span>${summary}</span></summary>
<div>
${paragraphs(description)}
${parameters.length > 0 && table(parameters)}
${requestBody && html`<h3>Body${requestBody.required ? '' : ', optional'}</h3>${body(requestBody.content, schemas)}`}
${answers.filter(([status]) => status.startsWith('2')).map(([status, answer]) => success(status, answer))}
<h3>Problems</h3>
<ul class="problems">
${answers
  .filter(([status]) => !status.startsWith('2'))
  .map(([status, { description }]) => html`<li><b>${status}</b> ${lines(description)}</li>`)}
</ul>
</div></details>
`
}

function table(parameters: readonly Parameter[]): Html {
  return html`<h3>Parameters</h3>
<dl>${parameters.map(
    ({ name, in: place, required, schema, description }) => html`
<dt><code>${name}</code> <span class="quiet">${place}, ${typeOf(schema)}${required ? ', required' : ''}</span></dt>
<dd>${description ?? schema.description ?? ''}</dd>`,
  )}
</dl>`
}

function body(content: Content, schemas: Schemas): Html {
  return html`${Object.values(content).map(({ schema }) => schema && explained(resolved(schema, schemas)))}${example(content)}`
}

function success(status: string, { description, headers = {}, content = {} }: Answer): Html {
  const own = Object.entries(headers).filter(([, { $ref }]) => $ref === undefined)
  return html`<h3>${status}</h3><p>${description} ${Object.values(content).map(({ schema }) => schema && typeOf(schema))}</p>
${own.map(([name, { description }]) => html`<p><code>${name}</code> ${description}</p>`)}${example(content)}`
}

function example(content: Content): Html {
  return html`${Object.values(content).map(
    ({ example }) => example !== undefined && html`<pre tabindex="0">${JSON.stringify(example, null, 2)}</pre>`,
  )}`
}

const paragraphs = (text: string): Html => html`${text.split('\n\n').map((one) => html`<p>${marked(one)}</p>`)}`
const lines = (text: string): Html => html`${text.split('\n').map((one) => html`<span>${marked(one)}</span> `)}`

/** Words in backticks become code. */
function marked(text: string): Html {
  return html`${text.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`
}
