// Draws the JSON response of an API: a list as a table, an object as pairs, and below it the whole response.

import { html } from 'hono/html'
import type { Html } from './layout.ts'

const rowsShown = 5
const columnsShown = 5

/**
 * Draws the part of a response that matters. `fields` are the members to show. `goesOn`: whether the list has another page,
 * so that nobody knows how many there are.
 */
export function drawJson(json: unknown, fields?: readonly string[], goesOn = false): Html {
  const content = contentOf(json)
  return html`${Array.isArray(content) ? drawList(content, fields, goesOn) : drawPairs(content, fields)}
<details><summary>The whole response</summary><pre tabindex="0">${asText(json)}</pre></details>`
}

/** Providers wrap their responses: the list in it, or else the object in it, is what a person looks for. */
function contentOf(json: unknown): unknown {
  if (!isObject(json)) return json
  const members = Object.values(json)
  return members.find(Array.isArray) ?? members.find(isObject) ?? json
}

function drawList(list: readonly unknown[], fields: readonly string[] | undefined, goesOn: boolean): Html {
  if (list.length === 0) return html`<p class="quiet">The list is empty.</p>`
  const rows = list.slice(0, rowsShown).map((row) => (isObject(row) ? row : { value: row }))
  const columns = columnsOf(rows, fields)
  const more = list.length - rows.length
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${label(column)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${columns.map((column) => html`<td>${cell(row[column])}</td>`)}</tr>`)}</tbody>
</table></div>${moreText(more, goesOn)}`
}

function moreText(more: number, goesOn: boolean): Html | '' {
  if (more === 0 && !goesOn) return ''
  return html`<p class="quiet">${goesOn ? `More than ${more} more` : `${more} more`}</p>`
}

function drawPairs(content: unknown, fields?: readonly string[]): Html {
  if (!isObject(content)) return html`<p>${cell(content)}</p>`
  const columns = columnsOf([content], fields)
  return html`<dl class="facts">${columns.map(
    (column) => html`<div><dt>${label(column)}</dt><dd>${cell(content[column])}</dd></div>`,
  )}</dl>`
}

function columnsOf(rows: readonly Record<string, unknown>[], fields?: readonly string[]): readonly string[] {
  const present = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const wanted = fields?.filter((field) => present.includes(field)) ?? []
  if (wanted.length > 0) return wanted
  return present.filter((name) => rows.some((row) => isShort(row[name]))).slice(0, columnsShown)
}

function isShort(value: unknown): boolean {
  return (typeof value === 'string' && value.length <= 60) || typeof value === 'number' || typeof value === 'boolean'
}

function cell(value: unknown): string {
  const text = flat(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function flat(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(flat).join(', ')
  if (isObject(value)) return Object.values(value).map(flat).join(' ')
  return String(value)
}

/** Returns `scheduling_url`, `timeZone` and `timezone` as words. */
function label(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
    .replace(/\btimezone\b/, 'time zone')
  const shown = words.replace(/\b(url|uri|id)\b/g, (word) => word.toUpperCase())
  return shown.charAt(0).toUpperCase() + shown.slice(1)
}

/** The JSON as indented text, cut where it is too long for a page. */
export function asText(json: unknown): string {
  const text = JSON.stringify(json, null, 2) ?? ''
  return text.length > 20_000 ? `${text.slice(0, 20_000)}\n…` : text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
