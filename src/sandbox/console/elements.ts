// The pieces that the pages are made of: tags, tables, lists of facts, empty states, and steps from page to page.

import { html } from 'hono/html'
import type { Html } from '../pages/layout.ts'

/** What a cell or a fact may hold. */
export type Cell = string | Html

/** What a tag says about the state of a thing. */
export type Tone = 'good' | 'bad' | 'warn' | 'accent' | ''

/** A word about the state of a thing. */
export function tag(text: string, tone: Tone = ''): Html {
  return html`<span class="${tone === '' ? 'tag' : `tag ${tone}`}">${text}</span>`
}

/** One column of a table; `act` holds buttons, `keep` stays on one line, `wide` is left out on a phone. */
export interface Column {
  readonly head: string
  readonly is?: 'act' | 'keep' | 'wide' | undefined
}

/** A table in a card. On a phone each row is a block, and each cell has its head beside it. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  return html`<div class="card flush"><table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(headOf)}</tr></thead>
<tbody role="rowgroup">${rows.map(
    (row) => html`<tr role="row">${row.map((cell, at) => cellOf(columns[at], cell))}</tr>
`,
  )}</tbody>
</table></div>`
}

function headOf({ head, is }: Column): Html {
  return is === 'act'
    ? html`<th role="columnheader" scope="col"><span class="hidden">${head}</span></th>`
    : html`<th role="columnheader" scope="col">${head}</th>`
}

function cellOf(column: Column | undefined, cell: Cell): Html {
  // An empty cell disappears on a phone.
  if (String(cell) === '') return html`<td role="cell"></td>`
  if (column?.is === 'act') return html`<td role="cell" class="act">${cell}</td>`
  const kind = column?.is ?? ''
  return html`<td role="cell" class="${kind}" data-label="${column?.head ?? ''}"><div>${cell}</div></td>`
}

/** Names and values. A value that is empty is left out. */
export function facts(pairs: readonly (readonly [name: string, value: Cell | null])[]): Html {
  const shown = pairs.filter(([, value]) => value !== null && String(value) !== '')
  return html`<dl class="facts">${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}

/** What stands where there is nothing yet, and how something comes there. */
export function empty(title: string, how: Cell = ''): Html {
  return html`<div class="empty"><strong>${title}</strong>${how}</div>`
}

/** A part of a page under a heading; `live` parts follow what happens. */
export function section(
  id: string,
  title: string,
  content: Cell,
  { aside = '', live = false }: { aside?: Cell; live?: boolean } = {},
): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"${live ? html` data-live` : ''}>
<div class="head"><h2 id="${id}-title">${title}</h2>${aside}</div>
${content}
</section>`
}

/** A message above the content. */
export function notice(tone: 'good' | 'bad' | 'warn', content: Cell): Html {
  return html`<div class="notice ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}">${content}</div>`
}

/** A sentence from its beginning, with text between backticks as code. */
export function sentence(words: string): Html {
  const text = words.charAt(0).toUpperCase() + words.slice(1)
  return html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

/** One page of a long list. */
export interface Paged<Row> {
  readonly rows: readonly Row[]
  /** Links to the pages before and after; empty if there is one page only. */
  readonly pager: Html | ''
  readonly total: number
}

/** Takes the page of the list that the query asks for. */
export function paged<Row>(list: readonly Row[], query: URLSearchParams, size = 25): Paged<Row> {
  const last = Math.max(1, Math.ceil(list.length / size))
  const asked = Math.trunc(Number(query.get('page') ?? 1))
  const page = asked >= 1 && asked <= last ? asked : 1
  const link = (to: number, text: string): Html | '' => {
    if (to < 1 || to > last) return html`<span></span>`
    const next = new URLSearchParams([...query].filter(([name, value]) => value !== '' && name !== 'done'))
    next.set('page', String(to))
    return html`<a class="button" href="?${next.toString()}">${text}</a>`
  }
  const pager =
    last === 1
      ? ''
      : html`<nav class="pager" aria-label="Pages">${link(page - 1, 'Newer')}<span class="quiet">Page ${page} of ${last}</span>${link(page + 1, 'Older')}</nav>`
  return { rows: list.slice((page - 1) * size, page * size), pager, total: list.length }
}

/** A number with its noun. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number === 0 ? 'no' : number} ${number === 1 ? one : many}`
}
