// The pieces that the pages are made of: parts under a heading, tags, moments, facts, empty states, and steps from page to
// page. A part with `data-live` is replaced by the script when it has changed.

import { html } from 'hono/html'
import type { Html } from './layout.ts'
import { dateText, distanceText, spanText } from './time.ts'

/** What a piece may hold. Text is escaped. */
export type Content = string | number | Html

/** What a tag says about the state of a thing. */
export type Tone = 'good' | 'warn' | 'bad' | 'plain'

export function drawTag(tone: Tone, text: string): Html {
  return html`<span class="tag ${tone}">${text}</span>`
}

/** A moment as the distance from now; the whole date can be pointed at. */
export function drawTime(at: Date, now: number): Html {
  return html`<time datetime="${at.toISOString()}" title="${dateText(at)}">${distanceText(at, now)}</time>`
}

/** How long it has gone on; its begin can be pointed at. */
export function drawSpan(since: Date, now: number): Html {
  const seconds = Math.max((now - since.getTime()) / 1000, 1)
  return html`<time datetime="${since.toISOString()}" title="since ${dateText(since)}">${spanText(seconds)}</time>`
}

export interface Part {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** Stands beside the heading. */
  readonly aside?: Content
  /** Whether it follows what happens. */
  readonly isLive?: boolean
}

/** A part of a page, under a heading. */
export function drawPart({ id, title, aside = '', isLive = false }: Part, content: Content): Html {
  return html`<section class="part" id="${id}" aria-labelledby="${id}-title"${isLive ? html` data-live` : ''}>
<div class="part-head"><h2 id="${id}-title">${title}</h2>${aside === '' ? '' : html`<p class="quiet">${aside}</p>`}</div>
${content}
</section>`
}

/** Names and values. A value of `null` is left out. */
export function drawFacts(pairs: readonly (readonly [name: string, value: Content | null])[]): Html {
  const known = pairs.filter(([, value]) => value !== null)
  return html`<dl class="facts">${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

/** What stands where there is nothing, and how something comes there. */
export function drawEmpty(title: string, how: Content = ''): Html {
  return html`<div class="empty"><p><strong>${title}</strong></p>${how === '' ? '' : html`<p class="quiet">${how}</p>`}</div>`
}

/** One line of a list: what it is about, what there is to know about it, and its state with its buttons at the side. */
export interface Row {
  /** By which the script tells new rows from known ones. */
  readonly key: string
  readonly title: Content
  readonly details?: readonly Content[]
  readonly side?: Content
}

export function drawRows(rows: readonly Row[]): Html {
  return html`<ul class="card rows">${rows.map(
    ({ key, title, details = [], side = '' }) => html`<li data-row="${key}">
<div><p class="row-title">${title}</p>${details.map((one) => (one === '' ? '' : html`<p class="quiet">${one}</p>`))}</div>
${side === '' ? '' : html`<div class="state">${side}</div>`}
</li>`,
  )}</ul>`
}

/** Words that belong to one line, such as a client and a time. */
export function drawDotted(words: readonly Content[]): Html {
  const shown = words.filter((word) => String(word) !== '')
  return html`${shown.map((word, index) => html`${index > 0 ? ' · ' : ''}${word}`)}`
}

/** The steps of a list with pages. `next`: the address of the next page; `first`: that of the first, if this is another one. */
export function drawPager({
  first,
  next,
  word,
}: {
  first: string | null
  next: string | null
  word: string
}): Html | '' {
  if (first === null && next === null) return ''
  return html`<nav class="pager" aria-label="Pages of this list">${first === null ? '' : html`<a href="${first}">Newest</a>`}${next === null ? '' : html`<a href="${next}" rel="next">${word}</a>`}</nav>`
}

/** The choices of a list, such as its states. `query`: the part of the address that chooses; `''` is the first. */
export function drawTabs(
  label: string,
  path: string,
  { name, chosen, tabs }: { name: string; chosen: string; tabs: readonly (readonly [value: string, text: string])[] },
): Html {
  return html`<nav class="tabs" aria-label="${label}"><ul>${tabs.map(
    ([value, text]) =>
      html`<li><a href="${addressOf(path, { [name]: value })}"${value === chosen ? html` aria-current="true"` : ''}>${text}</a></li>`,
  )}</ul></nav>`
}

/** An address with a query, without the members that are empty. */
export function addressOf(path: string, query: Readonly<Record<string, string | null | undefined>>): string {
  const members = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) members.set(name, value)
  return members.size > 0 ? `${path}?${members}` : path
}
